import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { WireFormat } from '../../contracts/wire-format.ts'
import { WireLog } from '../../hub/wire-log.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { adtsCarries, adtsWireFormat, mp3Carries, mp3WireFormat } from './sound-wire-format.ts'

const limits = { gopBytes: 1e6, gopTime: 1e6, gopFrames: 1000, lagBytes: 1e6, lagTime: 1e6 }

/** Picture with key frames where they are said to be, and sound. */
function mux(format: WireFormat, frames: readonly Frame[]): { readonly log: WireLog; readonly bytes: string } {
  const log = new WireLog(limits)
  const muxer = format.createMuxer(log)
  for (const frame of frames) {
    const isJoinPoint = frame.track.kind === 'video' && frame.isKey
    muxer.write({ frame, time: Number(frame.dts), isJoinPoint, tracks: [videoTrack, audioTrack] })
  }
  return { log, bytes: log.run(log.tail, 0).bytes.toString('hex') }
}

const sound = (time: number, fill: number): Frame => audioFrame(time, 4, fill)

test('AAC wire: each frame stands behind an ADTS header', () => {
  const { bytes } = mux(adtsWireFormat, [videoFrame(0, true), sound(0, 0xaa), sound(23, 0xbb)])
  // MPEG-4, LC, 44 100 Hz, stereo, 11 bytes: ISO/IEC 14496-3 §1.A.2.2.
  assert.equal(bytes, `fff15080017ffcaaaaaaaafff15080017ffcbbbbbbbb`)
})

test('AAC wire: whoever joins begins with the first sound behind the newest key frame', () => {
  const frames = [videoFrame(0, true), sound(0, 1), sound(23, 2), videoFrame(40, true), sound(46, 3), sound(69, 4)]
  const { log } = mux(adtsWireFormat, frames)
  assert.deepEqual([log.join?.index, log.join?.time, log.endSequence], [2, 46, 4])
})

test('AAC wire: other tracks of sound, and frames longer than ADTS can say, are left out', () => {
  const other: Track = { ...audioTrack, id: 2, index: 1 }
  const { log } = mux(adtsWireFormat, [
    sound(0, 1),
    audioFrame(0, 4, 9, other),
    audioFrame(20, 8185),
    audioFrame(40, 8184),
    sound(60, 2),
  ])
  assert.deepEqual([log.endSequence, log.end], [3, 11 + 8191 + 11])
})

test('MP3 wire: frames are sent as they are, and go on with another generation', () => {
  const mp3: Track = { ...audioTrack, codec: 'mp3', config: undefined }
  const next: Track = { ...mp3, generation: 1 }
  const { bytes } = mux(mp3WireFormat, [
    audioFrame(0, 2, 0xab, mp3),
    audioFrame(26, 2, 0xcd, next),
    videoFrame(40, true),
  ])
  assert.equal(bytes, 'ababcdcd')
  assert.equal(mux(mp3WireFormat, [sound(0, 1)]).log.end, 0)
})

test('sound wire: carries the first track of its codec, if there are words for its configuration', () => {
  const mp3: Track = { ...audioTrack, codec: 'mp3', config: undefined }
  assert.deepEqual([audioTrack, mp3, videoTrack].map(adtsCarries), [true, false, false])
  assert.deepEqual([audioTrack, mp3, videoTrack].map(mp3Carries), [false, true, false])
  // Channels that a program config element tells: ISO/IEC 14496-3 §1.6.2.1, channelConfiguration 0.
  const told: Track = { ...audioTrack, config: Uint8Array.of(0x12, 0x00) }
  const second: Track = { ...audioTrack, index: 1 }
  const unknown: Track = { ...audioTrack, config: undefined }
  assert.deepEqual([told, second, unknown].map(adtsCarries), [false, false, false])
})
