import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { ac3AudioFacts } from './audio-facts.ts'
import { ac3PayloadSamples } from './payload-samples.ts'
import { encodeAc3SpecificBox } from './specific-box.ts'
import { decodeAc3SyncFrame } from './sync-frame.ts'

/** First bytes of frames by FFmpeg 7.1.5, the sizes that ffprobe tells, and the dac3 that FFmpeg writes of them. */
const captures = [
  { name: '5.1, 448 kbit/s', frame: '0b77b50b1e40ebf8', rate: 48_000, channels: 6, size: 1792, dac3: '103de0' },
  { name: 'mono, 44.1 kHz', frame: '0b7738664c402f84', rate: 44_100, channels: 1, size: 416, dac3: '5008c0' },
  { name: 'stereo, 32 kHz', frame: '0b771a54944043e1', rate: 32_000, channels: 2, size: 1152, dac3: '901140' },
  { name: '3.0', frame: '0b77515a1a406be1', rate: 48_000, channels: 3, size: 1280, dac3: '1019a0' },
]

for (const { name, frame, rate, channels, size, dac3 } of captures) {
  test(`ac3 frame: ${name}`, () => {
    assert.equal(decodeAc3SyncFrame(hex(frame)).frameSize, size)
    assert.deepEqual(ac3AudioFacts(hex(frame)), { sampleRate: rate, channels, codecString: 'ac-3' })
    assert.deepEqual(encodeAc3SpecificBox(hex(frame)), hex(dac3))
  })
}

test('ac3 frame: at 44.1 kHz an odd size code is one word more', () => {
  assert.equal(decodeAc3SyncFrame(hex('0b7738664d402f84')).frameSize, 418) // the second frame of the mono capture
})

test('ac3 payload: one frame, several frames, and one whose end is missing', () => {
  const frames = (count: number): Uint8Array => {
    const bytes = new Uint8Array(count * 1792)
    bytes.set(hex(captures[0]?.frame ?? ''))
    return bytes
  }
  assert.equal(ac3PayloadSamples(frames(1)), 1536)
  assert.equal(ac3PayloadSamples(frames(3)), 4608)
  assert.equal(ac3PayloadSamples(frames(1).subarray(0, 100)), 1536)
})

for (const [name, frame, rule] of [
  ['another sync word', '770b38664c402f84', /begins with 0b 77/],
  ['Enhanced AC-3', '0b77037f3f87c000', /bsid is at most 8, is 16/],
  ['a reserved rate', '0b773866cc402f84', /fscod is at most 2, is 3/],
  ['a reserved size', '0b77386666402f84', /frmsizecod is at most 37, is 38/],
  ['a short frame', '0b7738664c', /more bits/],
] as const) {
  test(`ac3 frame: ${name} is the peer’s fault`, () => assert.throws(() => decodeAc3SyncFrame(hex(frame)), rule))
}

test('ac3 frame: any bytes are a frame or the peer’s fault', () => {
  fuzzDecoder(
    102_366,
    captures.map(({ frame }) => hex(frame)),
    encodeAc3SpecificBox,
  )
})
