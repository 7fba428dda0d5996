import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { mp3AudioFacts } from './audio-facts.ts'
import { decodeMp3FrameHeader } from './frame-header.ts'

/** First frames of files by FFmpeg 5.1.9 with libmp3lame and its mp2 encoder; the last by hand, ISO/IEC 11172-3 §2.4.1.3. */
const vectors = [
  { head: 'fffb9064', is: ['1', 3, 128_000, 44100, 2, 1152, 417] },
  { head: 'fffb54c4', is: ['1', 3, 64_000, 48000, 1, 1152, 192] },
  { head: 'fff34064', is: ['2', 3, 32_000, 22050, 2, 576, 104] },
  { head: 'ffe320c4', is: ['2.5', 3, 16_000, 11025, 1, 576, 104] },
  { head: 'ffe318c4', is: ['2.5', 3, 8_000, 8000, 1, 576, 72] },
  { head: 'fffd84c4', is: ['1', 2, 128_000, 48000, 1, 1152, 384] },
  { head: 'fffb9264', is: ['1', 3, 128_000, 44100, 2, 1152, 418] },
  { head: 'fffb0064', is: ['1', 3, 0, 44100, 2, 1152, undefined] },
  { head: 'ffff1200', is: ['1', 1, 32_000, 44100, 2, 384, 36] },
] as const

for (const { head, is } of vectors) {
  test(`mp3 header ${head}`, () => {
    const header = decodeMp3FrameHeader(Buffer.from(head, 'hex'))
    const { version, layer, bitRate, samplingFrequency, channels, samplesPerFrame, frameSize } = header
    assert.deepEqual([version, layer, bitRate, samplingFrequency, channels, samplesPerFrame, frameSize], is)
  })
}

for (const head of ['', 'fffb90', '00fb9064', 'ffeb9064', 'fff99064', 'fffbf064', 'fffb9c64']) {
  test(`mp3 header "${head}" is the peer’s fault`, () => {
    assert.throws(() => decodeMp3FrameHeader(Buffer.from(head, 'hex')), ProtocolError)
  })
}

test('mp3 facts: the codec string tells MPEG-1 from MPEG-2', () => {
  assert.deepEqual(mp3AudioFacts(Buffer.from('fffb9064', 'hex')), {
    sampleRate: 44100,
    channels: 2,
    codecString: 'mp4a.6B',
  })
  assert.deepEqual(mp3AudioFacts(Buffer.from('fff340c4', 'hex')), {
    sampleRate: 22050,
    channels: 1,
    codecString: 'mp4a.69',
  })
})

test('mp3 header: any bytes are a header or the peer’s fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 3 }), rest => {
      try {
        decodeMp3FrameHeader(Uint8Array.of(0xff, ...rest))
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }),
    { seed: 11172, numRuns: 2000 },
  )
})
