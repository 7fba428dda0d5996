import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hex } from '../../../test/support/protocol-faults.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import { WireLog } from '../../hub/wire-log.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { fmp4Carries, fmp4Opening, fmp4WireFormat } from './fmp4-wire-format.ts'

const limits = { gopBytes: 1e6, gopTime: 1e6, gopFrames: 1000, lagBytes: 1e6, lagTime: 1e6 }
const tracks = [videoTrack, audioTrack]
const bigger: Track = {
  ...videoTrack,
  generation: 1,
  config: Uint8Array.of(1, 0x64, 0, 0x20, 0xff, 0xe1, 0, 0, 1, 0, 0),
}

type Placed = { frame: Frame; time: number; isJoinPoint: boolean; tracks: readonly Track[] }

function mux(placed: readonly Placed[]): WireLog {
  const log = new WireLog(limits)
  const muxer = fmp4WireFormat.createMuxer(log)
  for (const one of placed) muxer.write(one)
  muxer.flush?.()
  return log
}

/** Pictures each 40 ms, a key frame each second, and sound with each of them. */
function play(from: number, to: number, video = videoTrack): Placed[] {
  const inForce = [video, audioTrack]
  return Array.from({ length: (to - from) / 40 }, (_, i) => from + 40 * i).flatMap(time => {
    const isKey = (time - from) % 1000 === 0
    const picture = { frame: videoFrame(time, isKey, 10, 7, video), time, isJoinPoint: isKey, tracks: inForce }
    return [picture, { frame: audioFrame(time), time, isJoinPoint: false, tracks: inForce }]
  })
}

/** The names of the boxes on the outermost level. */
function boxesIn(bytes: Buffer): string[] {
  const names: string[] = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) names.push(bytes.toString('latin1', at + 4, at + 8))
  return names
}

test('fMP4 wire: fragments of a tenth of a second, one of which begins with each key frame', () => {
  const log = mux(play(0, 2000))
  const boxes = boxesIn(log.run(log.tail, 0).bytes)
  assert.equal(boxes.length / 2, log.endSequence)
  assert.deepEqual(new Set(boxes), new Set(['moof', 'mdat']))
  assert.ok(log.endSequence > 12 && log.endSequence < 20, `${log.endSequence} fragments`)
  assert.equal(log.join?.time, 1000)
})

test('fMP4 wire: another configuration is told before its first frame', () => {
  const log = mux([...play(0, 1000), ...play(1000, 2000, bigger)])
  const boxes = boxesIn(log.run(log.tail, 0).bytes)
  assert.equal(boxes.filter(name => name === 'moov').length, 1)
  const { index = 0 } = log.join ?? {}
  assert.deepEqual(boxesIn(log.run(log.tail, index - 1).bytes).slice(0, 3), ['ftyp', 'moov', 'moof'])
})

test('fMP4 wire: a generation that changes nothing for players tells nothing', () => {
  const log = mux([...play(0, 1000), ...play(1000, 2000, { ...videoTrack, generation: 1 })])
  assert.ok(!boxesIn(log.run(log.tail, 0).bytes).includes('moov'))
})

/** A frame of AC-3 at 48 kHz by FFmpeg 7.1.5, and the dac3 that FFmpeg writes of it. */
const ac3 = { frame: '0b77b50b1e40ebf8', dac3: '103de0' }

test('fMP4 wire: AC-3 is told as its first frame has told it, though that comes behind the picture', () => {
  const track: Track = { ...audioTrack, codec: 'ac3', config: undefined }
  const inForce = [videoTrack, track]
  assert.ok(!Buffer.from(fmp4Opening(inForce)).includes('ac-3'))
  const sounds = [0, 32].map(time => ({ ...audioFrame(time, 4, 0, track), payload: hex(ac3.frame) }))
  const placed = [videoFrame(0, true), ...sounds].map(frame => {
    return { frame, time: Number(frame.dts), isJoinPoint: frame.track === videoTrack, tracks: inForce }
  })
  const log = mux(placed)
  const dac3 = Buffer.concat([Buffer.from('dac3'), hex(ac3.dac3)])
  assert.ok(Buffer.from(fmp4Opening(inForce)).includes(dac3))
  const { bytes } = log.run(log.tail, 0)
  assert.ok(bytes.includes(dac3))
  assert.ok(bytes.includes(Buffer.concat([hex(ac3.frame), hex(ac3.frame)])))
})

test('fMP4 wire: nothing comes of tracks that it cannot tell', () => {
  assert.equal(fmp4Carries({ ...videoTrack, codec: 'flv-video' }), false)
  assert.ok([...tracks, { ...audioTrack, codec: 'eac3' } as const].every(fmp4Carries))
  const track: Track = { ...audioTrack, codec: 'ac3' }
  const placed = { frame: audioFrame(0, 4, 1, track), time: 0, isJoinPoint: true, tracks: [track] }
  assert.equal(mux([placed, { ...placed, time: 500 }]).endSequence, 0)
})
