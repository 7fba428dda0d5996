import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import type { AudioFacts } from '../../media/track.ts'
import { aacAudioFacts } from './audio-facts.ts'
import { decodeAudioSpecificConfig } from './audio-specific-config.ts'

/** "FFmpeg": written by FFmpeg 5.1.9's aac encoder. The others: worked out by hand from ISO/IEC 14496-3 §1.6.2.1. */
const vectors: { name: string; config: string; facts: AudioFacts }[] = [
  { name: 'FFmpeg, mono', config: '118856e500', facts: { sampleRate: 48000, channels: 1, codecString: 'mp4a.40.2' } },
  { name: 'FFmpeg, stereo', config: '119056e500', facts: { sampleRate: 48000, channels: 2, codecString: 'mp4a.40.2' } },
  { name: 'FFmpeg, 5.1', config: '123056e500', facts: { sampleRate: 44100, channels: 6, codecString: 'mp4a.40.2' } },
  { name: 'FFmpeg, 7.1', config: '11b856e500', facts: { sampleRate: 48000, channels: 8, codecString: 'mp4a.40.2' } },
  {
    name: 'FFmpeg, lowest rate',
    config: '161056e500',
    facts: { sampleRate: 7350, channels: 2, codecString: 'mp4a.40.2' },
  },
  {
    name: 'FFmpeg, 6.1 in a program config element',
    config: '1200050848002000c4400d4c61766335392e33372e31303056e500',
    facts: { sampleRate: 44100, channels: 7, codecString: 'mp4a.40.2' },
  },
  { name: 'two bytes', config: '1210', facts: { sampleRate: 44100, channels: 2, codecString: 'mp4a.40.2' } },
  {
    // 00010 1111 (24 bits: 44101) 0010 000
    name: 'explicit sampling frequency',
    config: '17805622 90'.replace(' ', ''),
    facts: { sampleRate: 44101, channels: 2, codecString: 'mp4a.40.2' },
  },
  { name: 'SBR in front', config: '2b920800', facts: { sampleRate: 44100, channels: 2, codecString: 'mp4a.40.5' } },
  {
    name: 'SBR and PS in front',
    config: 'eb8a0800',
    facts: { sampleRate: 44100, channels: 2, codecString: 'mp4a.40.29' },
  },
  { name: 'SBR behind', config: '139056e5a0', facts: { sampleRate: 44100, channels: 2, codecString: 'mp4a.40.5' } },
  {
    name: 'SBR and PS behind',
    config: '138856e5a54880',
    facts: { sampleRate: 44100, channels: 2, codecString: 'mp4a.40.29' },
  },
  {
    name: 'channels by a missing program config',
    config: '1200',
    facts: { sampleRate: 44100, channels: 0, codecString: 'mp4a.40.2' },
  },
  // 11111 001010 (42, USAC) 0011 0010
  { name: 'escaped type', config: 'f94640', facts: { sampleRate: 48000, channels: 2, codecString: 'mp4a.40.42' } },
]

for (const { name, config, facts } of vectors) {
  const bytes = Buffer.from(config, 'hex')

  test(`aac facts: ${name}`, () => assert.deepEqual(aacAudioFacts(bytes), facts))

  test(`aac facts: ${name}, cut at every byte, is facts or the peer’s fault`, () => {
    for (let length = 0; length < bytes.length; length++) onlyProtocolError(bytes.subarray(0, length))
  })
}

test('aac config: SBR in front tells both rates', () => {
  const config = decodeAudioSpecificConfig(Buffer.from('2b920800', 'hex'))
  assert.equal(config.audioObjectType, 2)
  assert.equal(config.samplingFrequency, 22050)
  assert.equal(config.extensionSamplingFrequency, 44100)
})

test('aac config: a reserved sampling frequency is the peer’s fault', () => {
  assert.throws(() => decodeAudioSpecificConfig(Buffer.from('1690', 'hex')), ProtocolError)
})

test('aac config: any bytes are a configuration or the peer’s fault', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), onlyProtocolError), { seed: 14496, numRuns: 2000 })
})

function onlyProtocolError(bytes: Uint8Array): void {
  try {
    aacAudioFacts(bytes)
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
  }
}
