import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { test } from 'vitest'
import { HttpFixture, type HttpFixtureOptions } from '../../../test/support/http-fixture.ts'
import { Http2Client } from '../../../test/support/http2-client.ts'
import { audioFrame, videoFrame } from '../../../test/support/sample-frames.ts'

async function listen(options: HttpFixtureOptions = {}): Promise<HttpFixture> {
  const fixture = new HttpFixture(options)
  await fixture.listenTls()
  return fixture
}

test('https: one connection of HTTP/2 carries many requests, and counts once', async () => {
  await using fixture = await listen()
  await using client = await Http2Client.connect(fixture.tlsPort)
  const answers = await Promise.all(Array.from({ length: 100 }, () => client.get('/healthz')))
  assert.deepEqual(new Set(answers.map(answer => `${answer.status} ${answer.text}`)), new Set(['200 {"status":"ok"}']))
  const { counters, connectionCount } = fixture.server.listeners.https
  assert.deepEqual([counters.connections, connectionCount], [1, 1])
})

test('https: who does not know HTTP/2 is answered in HTTP/1.1, with its errors', async () => {
  await using fixture = await listen()
  const options = { port: fixture.tlsPort, host: '127.0.0.1', rejectUnauthorized: false, agent: false }
  const sent = request({ ...options, path: '/nothing' }).end()
  const [response] = await once(sent, 'response')
  assert.equal(response.httpVersion, '1.1')
  assert.equal(response.statusCode, 404)
  assert.match(await text(response), /there is no such page/)
})

for (const extension of ['flv', 'mp4']) {
  test(`https: a viewer over HTTP/2 gets the same .${extension} as one over HTTP/1.1, until the stream ends`, async () => {
    await using fixture = await listen()
    await fixture.listen()
    const publication = fixture.publish('a')
    publication.write(videoFrame(0, true))
    publication.write(audioFrame(0))
    await using client = await Http2Client.connect(fixture.tlsPort)
    const plain = await fixture.get(`/a.${extension}`)
    const answer = client.get(`/a.${extension}`)
    await fixture.until(() => fixture.eventsOf('play.started').length === 2)
    for (let time = 40; time < 2000; time += 40) {
      publication.write(videoFrame(time, time % 1000 === 0))
      publication.write(audioFrame(time))
      await fixture.until(() => true)
    }
    publication.close()
    await fixture.until(() => fixture.endings.length === 2)
    const { status, headers, body } = await answer
    assert.equal(status, 200)
    assert.equal(headers['cache-control'], 'no-store')
    assert.ok(body.length > 1000 && body.equals(plain.body), `${body.length} and ${plain.body.length} bytes`)
    const [first, second] = fixture.events.flatMap(event => (event.type === 'play.stopped' ? [event.bytes] : []))
    assert.ok(first === body.length || second === body.length, `${first} or ${second}, not ${body.length}`)
  })
}
