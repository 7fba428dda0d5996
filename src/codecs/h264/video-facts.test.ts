import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { VideoFacts } from '../../media/track.ts'
import { decodeH264DecoderConfiguration, encodeH264DecoderConfiguration } from './decoder-configuration.ts'
import { decodeH264Sps } from './sps.ts'
import { h264VideoFacts } from './video-facts.ts'

/** Configuration records written by FFmpeg 5.1.9 with libx264 of Debian 12; the facts are what was asked of it. */
const captures: { name: string; record: string; facts: VideoFacts }[] = [
  {
    name: 'baseline, 1080 lines cropped from 1088',
    record: '0142c028ffe100176742c028da01e0089f97011000003e90000ea600f1832a01000468ce0fc8',
    facts: { width: 1920, height: 1080, frameRate: 30000 / 1001, codecString: 'avc1.42c028' },
  },
  {
    name: 'interlaced, cropped in field units',
    record: '0164001effe1001a6764001eacd940b424fd6022000003000200000300643e28532c01000668fba3cb22c0fdf8f800',
    facts: { width: 720, height: 572, frameRate: 25, codecString: 'avc1.64001e' },
  },
  {
    name: '4:2:2, 10 bit',
    record: '017a000affe10019677a000ab6cd947279af0110000003001000000640f122596001000668ebe3cb22c0fefafa00',
    facts: { width: 102, height: 62, frameRate: 50, codecString: 'avc1.7a000a' },
  },
  {
    name: '4:4:4',
    record: '01f4000affe1001a67f4000a919b28e4f1f3e022000003000200000300641e244b2c01000568efb19219fff8f800',
    facts: { width: 98, height: 58, frameRate: 25, codecString: 'avc1.f4000a' },
  },
  {
    name: 'monochrome',
    record: '0164000affe1001a6764000af36511f8f8fc05b2000003000200000300281e244b2c01000668ebe3cb22c0fcf8f800',
    facts: { width: 50, height: 34, frameRate: 10, codecString: 'avc1.64000a' },
  },
  {
    name: 'record without the fields of high profiles',
    record: '0142c00affe100176742c00ad9047b0110000003001000000301e0f122648001000568cb83cb20',
    facts: { width: 64, height: 48, frameRate: 15, codecString: 'avc1.42c00a' },
  },
]

for (const { name, record, facts } of captures) {
  const bytes = Buffer.from(record, 'hex')

  test(`h264 facts: ${name}`, () => assert.deepEqual(h264VideoFacts(bytes), facts))

  test(`h264 facts: ${name}, cut at every byte`, () => {
    const end = bytes.indexOf('68', 'hex') // the PPS: facts need the record whole up to it
    for (let length = 0; length < end; length++) {
      assert.throws(() => h264VideoFacts(bytes.subarray(0, length)), ProtocolError)
    }
  })

  test(`h264 facts: ${name}, any byte changed, is facts or the peer’s fault`, () => {
    const changes = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 4 }), changed => {
        const copy = Buffer.from(bytes)
        for (const [at, byte] of changed) copy[at] = byte
        onlyProtocolError(() => h264VideoFacts(copy))
      }),
      { seed: 264, numRuns: 500 },
    )
  })
}

for (const { name, record } of captures) {
  test(`h264 configuration: ${name}, from its parameter sets`, () => {
    const bytes = hex(record)
    assert.deepEqual(encodeH264DecoderConfiguration(decodeH264DecoderConfiguration(bytes)), bytes)
  })
}

test('h264 configuration: any record is written again or the peer’s fault', () => {
  const again = (bytes: Uint8Array): unknown => encodeH264DecoderConfiguration(decodeH264DecoderConfiguration(bytes))
  fuzzDecoder(
    264,
    captures.map(({ record }) => hex(record)),
    again,
  )
})

test('h264 configuration: without SPS it cannot be written, nor with too many or too long units', () => {
  const sps = decodeH264DecoderConfiguration(hex(captures[0]?.record ?? '')).sequenceParameterSets
  const encode = (sequenceParameterSets: readonly Uint8Array[], pictureParameterSets: readonly Uint8Array[]): unknown =>
    encodeH264DecoderConfiguration({ sequenceParameterSets, pictureParameterSets })
  assert.throws(() => encode([], []), /it has no SPS/)
  assert.throws(() => encode(sps, [new Uint8Array(65_536)]), /at most 65535 bytes, is 65536/)
  const many = Array.from({ length: 32 }, () => sps[0] as Uint8Array)
  assert.throws(() => encode(many, []), { fault: 'limit' })
})

test('h264 configuration: parameter sets and length size', () => {
  const config = decodeH264DecoderConfiguration(Buffer.from(captures[5]?.record ?? '', 'hex'))
  assert.equal(config.lengthSize, 4)
  assert.equal(
    Buffer.from(config.sequenceParameterSets[0] ?? [])
      .toString('hex')
      .slice(0, 8),
    '6742c00a',
  )
  assert.deepEqual(
    config.pictureParameterSets.map(unit => Buffer.from(unit).toString('hex')),
    ['68cb83cb20'],
  )
})

test('h264 configuration: Annex B instead of a record is the peer’s fault', () => {
  assert.throws(() => decodeH264DecoderConfiguration(Buffer.from('000000016742c00a', 'hex')), /it is 1, is 0/)
})

test('h264 configuration: lengths of three bytes are not allowed', () => {
  assert.throws(() => decodeH264DecoderConfiguration(Buffer.from('0142c00afe', 'hex')), /it is 1, 2 or 4, is 3/)
})

describe('h264 sps, worked out by hand from ITU-T H.264 §7.3.2.1.1', () => {
  const high = '01100111 01100100 00000000 00011111' // NAL unit header, profile 100, no constraints, level 3.1
  const baseline = '01100111 01000010 00000000 00011111'
  const sizeOf32x16 = '010 1 1 1' // 2 macroblocks wide, 1 high, frames only, direct_8x8_inference
  const sps = (...parts: string[]): Uint8Array => {
    const digits = `${parts.join('')}1`.replaceAll(' ', '')
    const padded = digits.padEnd(Math.ceil(digits.length / 8) * 8, '0')
    return Uint8Array.from(padded.match(/.{8}/g) ?? [], octet => Number.parseInt(octet, 2))
  }

  test('scaling lists are skipped, also one that ends early', () => {
    const delta = '1' // se(0): the scale stays 8
    const lists = `1${delta.repeat(16)} 1 000010001 0 0 0 0 1${delta.repeat(64)} 0` // 000010001 is se(-8): next scale 0
    const unit = sps(high, '1 010 1 1 0 1', lists, '1 1 1 1 0', sizeOf32x16, '0 0')
    assert.deepEqual(size(unit), { width: 32, height: 16, frameRate: undefined })
  })

  test('picture order count type 1 is skipped', () => {
    const order = '010 0 1 010 011 010 1' // type 1, flag, se(0), se(1), 2 in the cycle: se(1), se(0)
    assert.deepEqual(size(sps(baseline, '1 1', order, '1 0', sizeOf32x16, '0 0')), {
      width: 32,
      height: 16,
      frameRate: undefined,
    })
  })

  test('a crop larger than the picture is the peer’s fault', () => {
    const crop = '1 000010001 1 1 1' // 16 units of 2 from the left
    assert.throws(() => decodeH264Sps(sps(baseline, '1 1 1 1 1 0', sizeOf32x16, crop, '0')), /is 0 x 16/)
  })

  test('a clock of milliseconds is no frame rate', () => {
    const timing = `1 0 0 0 0 1 ${'0'.repeat(31)}1 ${(1000).toString(2).padStart(32, '0')} 0`
    const picture = ['1 1 1 1 1 0', sizeOf32x16, '0']
    assert.equal(decodeH264Sps(withEmulationPrevention(sps(baseline, ...picture, timing))).vui.frameRate, undefined)
  })

  test('a bit depth beyond 14 is the peer’s fault', () => {
    assert.throws(() => decodeH264Sps(sps(high, '1 010 0001000 1')), /at most 6, is 7/)
  })

  test('another NAL unit type is the peer’s fault', () => {
    assert.throws(() => decodeH264Sps(Uint8Array.of(0x68, 0, 0)), /NAL unit type is 7, is 8/)
  })
})

function size(unit: Uint8Array): Pick<VideoFacts, 'width' | 'height'> & { frameRate: number | undefined } {
  const { width, height, vui } = decodeH264Sps(withEmulationPrevention(unit))
  return { width, height, frameRate: vui.frameRate }
}

function withEmulationPrevention(unit: Uint8Array): Uint8Array {
  const digits = Buffer.from(unit).toString('hex').match(/../g) ?? []
  const out: string[] = []
  for (const byte of digits) {
    if (out.at(-1) === '00' && out.at(-2) === '00' && byte < '04') out.push('03')
    out.push(byte)
  }
  return Buffer.from(out.join(''), 'hex')
}

function onlyProtocolError(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
  }
}
