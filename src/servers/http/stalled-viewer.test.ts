import assert from 'node:assert/strict'
import { test } from 'vitest'
import { HttpFixture } from '../../../test/support/http-fixture.ts'
import { audioFrame, videoFrame } from '../../../test/support/sample-frames.ts'

const upgrade = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

for (const [name, fields] of [
  ['HTTP-FLV', []],
  ['WebSocket-FLV', upgrade],
] as const) {
  test(`${name}: a viewer who takes nothing for too long is cut off`, async () => {
    await using fixture = await HttpFixture.listen({ play: { sendTimeout: 100 } })
    const publication = fixture.publish('a')
    publication.write(videoFrame(0, true))
    publication.write(audioFrame(0))
    const client = await fixture.get('/a.flv', ...fields)
    await client.bodyOf(13)
    client.pause()
    for (let count = 1; count <= 20; count++) {
      publication.write(videoFrame(count * 40, true, 1_000_000))
      await new Promise(setImmediate)
    }
    await fixture.until(() => fixture.eventsOf('play.stopped').length === 1)
    assert.deepEqual(fixture.endings, ['Viewer takes nothing any more'])
  })

  test(`${name}: a viewer to whom nothing is sent for as long stays`, async () => {
    await using fixture = await HttpFixture.listen({ play: { sendTimeout: 50 } })
    const publication = fixture.publish('a')
    publication.write(videoFrame(0, true))
    publication.write(audioFrame(0))
    const client = await fixture.get('/a.flv', ...fields)
    const { length } = await client.bodyOf(13)
    // Real time, because the deadline is the socket's own.
    await new Promise(resolve => setTimeout(resolve, 150))
    publication.write(videoFrame(40, false))
    await client.until(() => client.body.length > length)
    assert.deepEqual(fixture.eventsOf('play.stopped'), [])
  })
}
