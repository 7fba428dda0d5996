import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { binary, fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import type { VideoFacts } from '../../media/track.ts'
import { encodeVp9CodecConfiguration } from './codec-configuration.ts'
import { decodeVp9KeyFrame } from './key-frame.ts'
import { vp9VideoFacts } from './video-facts.ts'

/** First bytes of key frames by libvpx of Debian 13, and the vpcC that FFmpeg 7.1.5 writes for them. */
const captures: { name: string; frame: string; vpcC: string; facts: VideoFacts }[] = [
  {
    name: 'profile 0',
    frame: '824983420008100456043824',
    vpcC: '01000000 00 0a 82 020202 0000',
    facts: { width: 130, height: 70, codecString: 'vp09.00.10.08' },
  },
  {
    name: 'profile 1, 4:4:4',
    frame: 'a2498342000102008ac0c704',
    vpcC: '01000000 01 0a 86 020202 0000',
    facts: { width: 130, height: 70, codecString: 'vp09.01.10.08.03.01.01.01.00' },
  },
  {
    name: 'profile 1, RGB',
    frame: 'a2498342e077f04376003824',
    vpcC: '01000000 01 28 87 020200 0000',
    facts: { width: 1920, height: 1080, codecString: 'vp09.01.40.08.03.01.01.00.01' },
  },
  {
    name: 'profile 3, 4:2:2 with 10 bits',
    frame: 'b124c1a10200408022b021c1',
    vpcC: '01000000 03 0a a4 020202 0000',
    facts: { width: 130, height: 70, codecString: 'vp09.03.10.10.02.01.01.01.00' },
  },
]

for (const { name, frame, vpcC, facts } of captures) {
  test(`vp9 facts: ${name}`, () => {
    assert.deepEqual(vp9VideoFacts(hex(frame)), facts)
  })

  test(`vp9 configuration: ${name}`, () => assert.deepEqual(encodeVp9CodecConfiguration(hex(frame)), hex(vpcC)))

  test(`vp9 facts: ${name}, cut before the size, are the peer’s fault`, () => {
    for (let length = 0; length < 9; length++) {
      assert.throws(() => vp9VideoFacts(hex(frame).subarray(0, length)), { protocol: 'vp9', fault: 'malformed' })
    }
  })
}

test('vp9 facts: the configuration tells level and colours, the frame the size', () => {
  const hdr10 = hex('01000000 02 28 a2 091009 0000') // FFmpeg 7.1.5, BT.2020 and PQ, of this frame:
  assert.deepEqual(vp9VideoFacts(hex('92498342503bf821bb001c120e0c'), hdr10), {
    width: 1920,
    height: 1080,
    codecString: 'vp09.02.40.10.01.09.16.09.00',
  })
})

describe('vp9 frame, worked out by hand from VP9 §6.2', () => {
  test('inter frames, also in profile 3, and repeated ones are no key frames', () => {
    // The first one is libvpx's.
    for (const frame of [hex('86004092f0512500'), binary('10 1 1 0 0 1 1 0'), binary('10 0 0 1 000')]) {
      assert.throws(() => decodeVp9KeyFrame(frame), /it is a key frame/)
    }
  })

  const head = (profile: string): string => `10 ${profile} 0 0 1 0 ${binaryDigits('498342')}`
  const size = `${'0'.repeat(15)}1 ${'0'.repeat(16)}` // 2 x 1

  test('12 bits', () => {
    const { bitDepth, width, height } = decodeVp9KeyFrame(binary(`${head('01')} 1 010 0 ${size}`))
    assert.deepEqual([bitDepth, width, height], [12, 2, 1])
  })

  for (const [name, frame, rule] of [
    ['another marker', binary('01 0 0 0 0 1 0'), /frame_marker is 2, is 1/],
    ['another sync code', hex('8249834300081004560438'), /sync code is 49 83 42/],
    ['RGB in profile 0', binary(`${head('00')} 111 0 ${size}`), /profile 1 or 3, is 0/],
    ['no byte', new Uint8Array(), /more bits are needed/],
  ] as const) {
    test(`${name} is the peer’s fault`, () => assert.throws(() => decodeVp9KeyFrame(frame), rule))
  }

  test('4:4:0 cannot be said by a configuration', () => {
    assert.throws(() => encodeVp9CodecConfiguration(binary(`${head('10')} 010 0 0 1 0 ${size}`)), /no code for 4:4:0/)
  })

  test('any bytes are a frame or the peer’s fault', () => {
    const frames = captures.map(({ frame }) => hex(frame))
    fuzzDecoder(9, frames, vp9VideoFacts)
  })
})

function binaryDigits(digits: string): string {
  return Array.from(hex(digits), byte => byte.toString(2).padStart(8, '0')).join('')
}
