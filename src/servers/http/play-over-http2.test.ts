import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { constants } from 'node:http2'
import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { test } from 'vitest'
import { HttpFixture, type HttpFixtureOptions } from '../../../test/support/http-fixture.ts'
import { Http2Client } from '../../../test/support/http2-client.ts'
import { audioFrame, videoFrame } from '../../../test/support/sample-frames.ts'
import type { Publication } from '../../hub/publication.ts'

async function listen(options: HttpFixtureOptions = {}): Promise<HttpFixture> {
  const fixture = new HttpFixture(options)
  await fixture.listenTls()
  return fixture
}

/** A stream that has settled. */
function publish(fixture: HttpFixture, name = 'a'): Publication {
  const publication = fixture.publish(name)
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  return publication
}

for (const extension of ['flv', 'mp4']) {
  test(`HTTP/2: a viewer of .${extension} gets the same bytes as one over HTTP/1.1, until the stream ends`, async () => {
    await using fixture = await listen()
    await fixture.listen()
    const publication = publish(fixture)
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
    assert.deepEqual([status, headers['cache-control'], headers.connection], [200, 'no-store', undefined])
    assert.ok(body.length > 1000 && body.equals(plain.body), `${body.length} and ${plain.body.length} bytes`)
    const sent = fixture.events.flatMap(event => (event.type === 'play.stopped' ? [event.bytes] : []))
    assert.ok(sent.includes(body.length), `${sent.join()}, not ${body.length}`)
  })
}

test('HTTP/2: a viewer who reads nothing is skipped, and holds up nobody on the same connection', async () => {
  await using fixture = await listen()
  const publication = publish(fixture)
  await using client = await Http2Client.connect(fixture.tlsPort)
  const [slow, quick] = [client.request('/a.flv'), client.request('/a.flv')]
  let received = 0
  quick.on('data', bytes => {
    received += bytes.length
  })
  slow.pause()
  await fixture.until(() => fixture.eventsOf('play.started').length === 2)
  await fixture.until(() => received > 0)
  const size = 50_000
  for (let count = 1; count <= 200; count++) {
    publication.write(videoFrame(count * 40, count % 5 === 0, size, count))
    await fixture.until(() => received >= count * size)
  }
  const [slowReader, quickReader] = [...(fixture.registry.get('a')?.subscribers ?? [])]
  assert.equal(quickReader?.counters.framesDropped, 0)
  assert.ok((slowReader?.counters.bytesSent ?? 0) < 1e6, `${slowReader?.counters.bytesSent} bytes`)
  let late = 0
  slow.on('data', bytes => {
    late += bytes.length
  })
  slow.resume()
  await fixture.until(() => slowReader?.counters.bytesSent === late)
  publication.write(videoFrame(201 * 40, true, size))
  const before = late
  await fixture.until(() => late >= before + size)
  assert.ok((slowReader?.counters.framesDropped ?? 0) > 100, `${slowReader?.counters.framesDropped} frames`)
})

test('HTTP/2: a viewer who takes nothing for too long is cut off, and the connection lives on', async () => {
  await using fixture = await listen({ play: { sendTimeout: 100 } })
  const publication = publish(fixture)
  await using client = await Http2Client.connect(fixture.tlsPort)
  const viewer = client.request('/a.flv')
  viewer.pause()
  const closed = once(viewer, 'close')
  await once(viewer, 'response')
  for (let count = 1; count <= 20; count++) {
    publication.write(videoFrame(count * 40, true, 100_000))
    await new Promise(setImmediate)
  }
  await fixture.until(() => fixture.endings.length === 1)
  assert.deepEqual(fixture.endings, ['Viewer takes nothing any more'])
  viewer.resume()
  await closed
  assert.equal(viewer.rstCode, constants.NGHTTP2_CANCEL)
  assert.equal((await client.get('/healthz')).status, 200)
})

test('HTTP/2: a viewer to whom nothing is sent for long stays', async () => {
  await using fixture = await listen({ config: { idleTimeout: 50, keepAliveTimeout: 50 } })
  const publication = publish(fixture)
  await using client = await Http2Client.connect(fixture.tlsPort)
  const viewer = client.request('/a.flv')
  let received = 0
  viewer.on('data', bytes => {
    received += bytes.length
  })
  await fixture.until(() => received > 0)
  const before = received
  // Real time, because the deadline is the connection's own.
  await new Promise(resolve => setTimeout(resolve, 150))
  publication.write(videoFrame(40, false))
  await fixture.until(() => received > before)
  assert.deepEqual(fixture.endings, [])
})

test('HTTP/2: a viewer who leaves is one who left, and so is one who waits for a stream', async () => {
  await using fixture = await listen()
  publish(fixture)
  await using client = await Http2Client.connect(fixture.tlsPort)
  const [watches, waits] = [client.request('/a.flv'), client.request('/b.flv?wait=10s')]
  await fixture.until(() => fixture.eventsOf('play.started').length === 1)
  watches.close(constants.NGHTTP2_CANCEL)
  waits.close(constants.NGHTTP2_CANCEL)
  await fixture.until(() => fixture.endings.length === 1 && fixture.eventsOf('play.refused').length === 1)
  assert.deepEqual(fixture.endings, ['Viewer left'])
  assert.equal((await client.get('/healthz')).status, 200)
})

test('HTTP/2: HEAD tells the kind of a stream and plays nothing', async () => {
  await using fixture = await listen()
  publish(fixture)
  await using client = await Http2Client.connect(fixture.tlsPort)
  const { status, headers, body } = await client.get('/a.flv', { ':method': 'HEAD' })
  assert.deepEqual([status, headers['content-type'], body.length], [200, 'video/x-flv', 0])
  assert.deepEqual(fixture.eventsOf('play.started'), [])
})

test('HTTP/2: draining ends viewers in order, those who wait, and refuses new ones', async () => {
  await using fixture = await listen()
  publish(fixture)
  await using client = await Http2Client.connect(fixture.tlsPort)
  const [watches, waits] = [client.get('/a.flv'), client.get('/b.flv?wait=30s')]
  await fixture.until(() => fixture.eventsOf('play.started').length === 1)
  await fixture.server.drain()
  assert.equal((await watches).status, 200)
  assert.equal((await waits).status, 503)
  assert.equal((await client.get('/a.flv')).status, 503)
  assert.deepEqual(fixture.endings, ['Server shuts down'])
})

test('https: a WebSocket goes over HTTP/1.1', async () => {
  await using fixture = await listen()
  const publication = publish(fixture)
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  const target = { host: '127.0.0.1', port: fixture.tlsPort, path: '/a.flv', rejectUnauthorized: false }
  const asked = request({ ...target, headers: upgrade }).end()
  const [, socket] = (await once(asked, 'upgrade')) as [IncomingMessage, TLSSocket]
  let received = 0
  socket.on('data', bytes => {
    received += bytes.length
  })
  await fixture.until(() => received > 13)
  const before = received
  publication.write(videoFrame(40, false))
  await fixture.until(() => received > before)
  assert.equal(fixture.eventsOf('play.started').length, 1)
  socket.destroy()
})
