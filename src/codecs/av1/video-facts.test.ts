import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { binary, fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import type { VideoFacts } from '../../media/track.ts'
import { encodeAv1CodecConfiguration } from './codec-configuration.ts'
import { decodeObus } from './obu.ts'
import { decodeAv1SequenceHeader } from './sequence-header.ts'
import { av1VideoFacts } from './video-facts.ts'

/** Configuration records written by FFmpeg 7.1.5 with libaom and SVT-AV1 of Debian 13; the facts are what was asked of it. */
const captures: { name: string; record: string; facts: VideoFacts }[] = [
  {
    name: 'SVT-AV1, 8 bit',
    record: '81000c000a0a00000003b40c500be001',
    facts: { width: 130, height: 70, codecString: 'av01.0.00M.08' },
  },
  {
    name: 'libaom, 10 bit',
    record: '81004c000a0a00000003b40c536be501',
    facts: { width: 130, height: 70, codecString: 'av01.0.00M.10' },
  },
  {
    name: 'libaom, 4:4:4',
    record: '812000000a0a20000003b40c536be408',
    facts: { width: 130, height: 70, codecString: 'av01.1.00M.08.0.000.01.01.01.0' },
  },
  {
    name: 'libaom, monochrome, full range',
    record: '81001c000a0a00000002afff9b5f2540',
    facts: { width: 64, height: 64, codecString: 'av01.0.00M.08.1.110.01.01.01.1' },
  },
  {
    name: 'libaom and the filter av1_metadata, timing info',
    record: '81000c000a1204000000040000006700000055fff36be401',
    facts: { width: 64, height: 64, frameRate: 25, codecString: 'av01.0.00M.08' },
  },
  {
    name: 'SVT-AV1, HDR10',
    record: '81094c000a0e0000004aabbfc3700be142440241',
    facts: { width: 1920, height: 1080, codecString: 'av01.0.09M.10.0.110.09.16.09.0' },
  },
  {
    name: 'SVT-AV1, level 5.1',
    record: '810d0c000a0c0000006aefbfe1bc02f80040',
    facts: { width: 3840, height: 2160, codecString: 'av01.0.13M.08' },
  },
]

for (const { name, record, facts } of captures) {
  const bytes = hex(record)

  test(`av1 facts: ${name}`, () => assert.deepEqual(av1VideoFacts(bytes), facts))

  test(`av1 configuration: ${name}, from its sequence header`, () => {
    const [obu] = decodeObus(bytes.subarray(4))
    assert.deepEqual(encodeAv1CodecConfiguration(obu?.payload ?? new Uint8Array()), bytes)
  })
}

test('av1 facts: any bytes are facts or the peer’s fault', () => {
  const records = captures.map(({ record }) => hex(record))
  fuzzDecoder(1, records, av1VideoFacts)
})

test('av1 facts: a record without sequence header is the peer’s fault', () => {
  assert.throws(() => av1VideoFacts(hex('81000c00')), /it has no sequence header/)
})

test('av1 configuration: another version is the peer’s fault', () => {
  assert.throws(() => av1VideoFacts(hex('82000c000a0a00000003b40c500be001')), /are 129, is 130/)
})

describe('av1 sequence header, worked out by hand from AV1 §5.5.1', () => {
  const size = '0011 0011 1111 0111' // 16 x 8 in 4 bits each
  const tools = '0 000 0000 0 1 1 000' // no frame ids, no order hint, screen content tools and integer mv chosen
  const eightBit420 = '0 0 0 0 00 0'

  test('operating points with decoder model, delays and tiers', () => {
    const timing = `1 ${'0'.repeat(31)}1 ${(60).toString(2).padStart(32, '0')} 1 010` // 2 ticks each
    const model = `1 00011 ${'0'.repeat(32)} 00000 00000` // buffer delays of 4 bits
    const first = `${'0'.repeat(12)} 01001 1 1 0000 0000 0 1 0000` // level 4.1, high tier
    const second = `${'0'.repeat(12)} 00000 0 0`
    const bits = `000 0 0 ${timing} ${model} 1 00001 ${first} ${second} ${size} ${tools} ${eightBit420}`
    const { level, tier, frameRate, maxFrameWidth, maxFrameHeight } = decodeAv1SequenceHeader(binary(bits))
    assert.deepEqual([level, tier, frameRate, maxFrameWidth, maxFrameHeight], [9, 1, 30, 16, 8])
  })

  test('a reduced still picture header', () => {
    const bits = `000 1 1 00101 ${size} 000 000 ${eightBit420}`
    const header = decodeAv1SequenceHeader(binary(bits))
    assert.equal(header.reducedStillPictureHeader, true)
    assert.deepEqual([header.level, header.maxFrameWidth, header.maxFrameHeight], [5, 16, 8])
  })

  test('frame ids, order hints and forced integer motion vectors are skipped', () => {
    const longTools = '1 0000 000 000 0000 1 00 0 1 0 1 000 000'
    const bits = `001 0 0 0 0 00000 ${'0'.repeat(12)} 00000 ${size} ${longTools} 1 0 1`
    const { color } = decodeAv1SequenceHeader(binary(bits))
    assert.deepEqual([color.bitDepth, color.subsamplingX, color.fullRange], [10, 0, true])
  })

  test('colours: sRGB is 4:4:4 in full range, 12 bit says its subsampling', () => {
    const head = (profile: string): string => `${profile} 0 0 0 0 00000 ${'0'.repeat(12)} 00000 ${size} ${tools}`
    const srgb = decodeAv1SequenceHeader(binary(`${head('001')} 0 1 00000001 00001101 00000000`)).color
    assert.deepEqual([srgb.subsamplingX, srgb.subsamplingY, srgb.fullRange], [0, 0, true])
    const twelve = decodeAv1SequenceHeader(binary(`${head('010')} 1 1 0 0 0 1 0`)).color
    assert.deepEqual([twelve.bitDepth, twelve.subsamplingX, twelve.subsamplingY], [12, 1, 0])
    const professional = decodeAv1SequenceHeader(binary(`${head('010')} 1 0 0 0 1`)).color
    assert.deepEqual([professional.bitDepth, professional.subsamplingX, professional.fullRange], [10, 1, true])
  })

  test('a reserved profile is the peer’s fault', () => {
    assert.throws(() => decodeAv1SequenceHeader(binary('011 00000')), /at most 2, is 3/)
  })
})
