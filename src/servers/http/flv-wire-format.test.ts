import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readTags } from '../../../test/support/flv-tags.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import { WireLog } from '../../hub/wire-log.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { flvWireFormat } from './flv-wire-format.ts'

const limits = { gopBytes: 1e6, gopTime: 1e6, gopFrames: 100, lagBytes: 1e6, lagTime: 1e6 }

function mux(...frames: { frame: Frame; time: number; isJoinPoint?: boolean; tracks: readonly Track[] }[]): WireLog {
  const log = new WireLog(limits)
  const muxer = flvWireFormat.createMuxer(log)
  for (const { isJoinPoint = false, ...placed } of frames) muxer.write({ isJoinPoint, ...placed })
  return log
}

function tagsIn(log: WireLog): ReturnType<typeof readTags> {
  return readTags(log.run(log.tail, 0).bytes)
}

test('FLV wire: one frame is one tag, byte for byte', () => {
  const frame: Frame = {
    track: videoTrack,
    dts: 0x01020304,
    pts: 0x01020304 + 80,
    isKey: true,
    payload: Uint8Array.of(1, 2),
  }
  const log = mux({ frame, time: 0x01020304, isJoinPoint: true, tracks: [videoTrack] })
  // Worked out by hand from FLV 10.1 §E.4.1 and §E.4.3: composition time 80, time in the order 02 03 04 01.
  assert.equal(log.run(log.tail, 0).bytes.toString('hex'), '09000007020304010000001701000050010200000012')
  assert.equal(log.join?.index, 0)
})

test('FLV wire: the first frame brings no configuration, a new track does', () => {
  const tracks = [videoTrack, audioTrack]
  const log = mux(
    { frame: videoFrame(0, true), time: 0, tracks: [videoTrack] },
    { frame: audioFrame(5), time: 5, tracks },
    { frame: audioFrame(25), time: 25, tracks },
  )
  assert.deepEqual(
    tagsIn(log).map(({ type, time, body }) => [type, time, body.slice(0, 4)]),
    [
      ['video', 0, '1701'],
      ['audio', 5, 'af00'],
      ['audio', 5, 'af01'],
      ['audio', 25, 'af01'],
    ],
  )
})

test('FLV wire: readers join at the key frame that follows a new configuration, not at the configuration', () => {
  const changed = { ...videoTrack, generation: 1 }
  const log = mux(
    { frame: videoFrame(0, true), time: 0, isJoinPoint: true, tracks: [videoTrack] },
    { frame: videoFrame(40, true, 3, 1, changed), time: 40, isJoinPoint: true, tracks: [changed] },
  )
  assert.equal(log.join?.sequence, 2)
  assert.deepEqual(log.join?.tracks, [changed])
})

test('FLV wire: script data goes as it came, once', () => {
  const track: Track = { ...audioTrack, id: 2, kind: 'data', codec: 'amf0', config: Uint8Array.of(2) }
  const frame: Frame = { track, dts: 40, pts: 40, isKey: true, payload: Uint8Array.of(2, 0, 1, 0x61) }
  const log = mux(
    { frame: videoFrame(0, true), time: 0, tracks: [videoTrack] },
    { frame, time: 40, tracks: [videoTrack, track] },
  )
  assert.deepEqual(tagsIn(log).slice(1), [{ type: 'script', time: 40, body: '02000161' }])
})
