import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { mp3PayloadSamples } from './payload-samples.ts'

/** Heads of frames by FFmpeg 5.1.9 with libmp3lame; only the head of a frame matters. */
const frame = (head: string, size: number): Uint8Array => {
  const bytes = new Uint8Array(size)
  bytes.set(hex(head))
  return bytes
}
const mpeg1 = frame('fffb9064', 417)
const mpeg2 = frame('fff34064', 104)
const join = (...frames: Uint8Array[]): Uint8Array => Uint8Array.from(frames.flatMap(bytes => [...bytes]))

test('mp3 payload: one frame, several frames', () => {
  assert.equal(mp3PayloadSamples(mpeg1), 1152)
  assert.equal(mp3PayloadSamples(join(mpeg1, mpeg1, mpeg1)), 3456)
  assert.equal(mp3PayloadSamples(join(mpeg2, mpeg2)), 1152)
})

test('mp3 payload: the free format takes what is left', () => {
  assert.equal(mp3PayloadSamples(join(mpeg1, frame('fffb0064', 1000))), 2304)
})

test('mp3 payload: a cut frame is the peer’s fault', () => {
  assert.throws(() => mp3PayloadSamples(mpeg1.subarray(0, 400)), /17 bytes are missing/)
  assert.throws(() => mp3PayloadSamples(join(mpeg1, hex('fffb90'))), /it has 4 bytes, is 3/)
})

test('mp3 payload: any bytes are samples or the peer’s fault', () => {
  fuzzDecoder(3, [join(frame('ffe318c4', 72), frame('ffff1200', 36))], mp3PayloadSamples)
})
