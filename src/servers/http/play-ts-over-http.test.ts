import assert from 'node:assert/strict'
import { test } from 'vitest'
import { HttpFixture } from '../../../test/support/http-fixture.ts'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import { continuityErrors, pesTimes, type TsPacket, tsPackets } from '../../../test/support/ts-packets.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'

const picture = (dts: number, isKey = false): Frame => {
  const payload = Uint8Array.of(0, 0, 0, 2, isKey ? 0x65 : 0x41, dts)
  return { track: videoTrack, dts, pts: dts, isKey, payload }
}
const sound = (dts: number): Frame => ({ track: audioTrack, dts, pts: dts, isKey: true, payload: Uint8Array.of(1, 2) })

const videoPid = 0x100
const audioPid = 0x101

/** Whole packets of what has come. */
const packetsOf = (body: Buffer): readonly TsPacket[] => tsPackets(body.subarray(0, body.length - (body.length % 188)))
const timesOf = (body: Buffer, pid: number): readonly number[] =>
  pesTimes(packetsOf(body), pid).map(({ dts }) => dts / 90 - 500)

test('HTTP-TS: a late viewer starts with the tables and the key frame, at the time of the stream', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('live/test')
  for (const frame of [picture(0, true), sound(0), picture(40, true), sound(42)]) publication.write(frame)
  const client = await fixture.get('/live/test.ts')
  assert.match(await client.head(), /^content-type: video\/mp2t\r?$/im)
  await client.until(() => timesOf(client.body, videoPid).length === 1)
  assert.deepEqual(
    packetsOf(client.body)
      .map(({ pid }) => pid)
      .slice(0, 3),
    [0, 0x1000, videoPid],
  )
  assert.deepEqual(timesOf(client.body, videoPid), [40])
})

test('HTTP-TS: sound that waits for more goes out when the publisher leaves', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(picture(0, true))
  publication.write(sound(0))
  const client = await fixture.get('/a.ts')
  await client.until(() => timesOf(client.body, videoPid).length === 1)
  assert.deepEqual(timesOf(client.body, audioPid), [])
  publication.close()
  await client.until(() => timesOf(client.body, audioPid).length === 1)
  assert.deepEqual(continuityErrors(packetsOf(client.body)), [])
})

test('HTTP-TS: two viewers at one place get the same bytes, over HTTP 1.0 too', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(picture(0, true))
  publication.write(sound(0))
  const one = await fixture.get('/a.ts')
  const two = await fixture.send('GET /a.ts HTTP/1.0\r\n\r\n')
  await fixture.until(() => one.body.length > 0 && two.body.length > 0)
  for (let ms = 40; ms < 1000; ms += 40) publication.write(picture(ms, ms % 400 === 0))
  for (const client of [one, two]) await client.until(() => timesOf(client.body, videoPid).at(-1) === 960)
  assert(one.body.equals(two.body))
})

test('HTTP-TS: a stream whose tracks it cannot carry is refused in words', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  const vp9: Track = { ...videoTrack, codec: 'vp9', codecLabel: 'VP9' }
  const flac: Track = { ...audioTrack, codec: 'flac', codecLabel: 'FLAC' }
  publication.write({ ...picture(0, true), track: vp9 })
  publication.write({ ...sound(0), track: flac })
  const client = await fixture.get('/a.ts')
  await client.until(() => client.body.length > 0)
  assert.match(await client.head(), /^HTTP\/1\.1 409 /)
  assert.match(client.body.toString(), /Cannot play a: MPEG-TS carries none of its tracks \(VP9, FLAC\)/)
  assert.equal(fixture.eventsOf('play.refused').length, 1)
})

test('HTTP-TS: a stream that nobody publishes is not found', async () => {
  await using fixture = await HttpFixture.listen()
  const client = await fixture.get('/a.ts')
  assert.match(await client.head(), /^HTTP\/1\.1 404 /)
})
