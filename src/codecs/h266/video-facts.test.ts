import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { binary, fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import type { VideoFacts } from '../../media/track.ts'
import { decodeH266DecoderConfiguration } from './decoder-configuration.ts'
import { h266NalUnitType } from './nal-unit-type.ts'
import { decodeH266Sps } from './sps.ts'
import { h266VideoFacts } from './video-facts.ts'

/** Records of conformance streams of ITU-T H.266.1, as FFmpeg 7.1 muxes them to MP4; GStreamer's parser tests hold them. */
const captures: { name: string; record: string; facts: VideoFacts; unitTypes: number[] }[] = [
  {
    name: 'SPATSCAL_A_4, two layers',
    record:
      'ff00755f012266c0000000b000900000038e0001001c007110b403c72300002266c000004142a3c7c05880c15805240232b28f000100640079010d2266c000402c40488d4017c8b912913591984d958c10209e0868b88888897c4444ba888897711112e48888972c4444b9a22225cf11115bf27e5ff2fea5fdcbf925fcb2fe697f3cbf8897d444bee225f2444be58897cd112f9e22e3fbebb188109000010010008100002c40488a420097b216596200',
    facts: { width: 176, height: 144, codecString: 'vvc1.17.L102.CYA' },
    unitTypes: [14, 15, 16],
  },
  {
    name: 'LMCS_C_1, without its units: nine bytes of constraints, six sub-layers',
    record: 'ff00655f 09 0243 800000000000000004 00 00 0780 0438 0000 00',
    facts: { width: 1920, height: 1080, codecString: 'vvc1.1.L67.CQAAAAAAAAAAAABA' },
    unitTypes: [],
  },
]

for (const { name, record, facts, unitTypes } of captures) {
  const bytes = hex(record)

  test(`h266 facts: ${name}`, () => assert.deepEqual(h266VideoFacts(bytes), facts))

  test(`h266 configuration: ${name}, its units`, () => {
    const { lengthSize, units } = decodeH266DecoderConfiguration(bytes)
    assert.equal(lengthSize, 4)
    assert.deepEqual(units.map(h266NalUnitType), unitTypes)
  })

  test(`h266 facts: ${name}, cut at every byte, are the peer’s fault`, () => {
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => h266VideoFacts(bytes.subarray(0, length)), { protocol: 'h266', fault: 'malformed' })
    }
  })
}

test('h266 facts: any bytes are facts or the peer’s fault', () => {
  fuzzDecoder(
    266,
    captures.map(({ record }) => hex(record)),
    h266VideoFacts,
  )
})

describe('h266 sps', () => {
  test('LMCS_C_1 of ITU-T H.266.1, cut behind its size: constraints and six sub-layers', () => {
    const sps = decodeH266Sps(hex('007900ad0243a000000300000300000300010000030000c007810021c8d4'))
    assert.deepEqual([sps.width, sps.height], [1920, 1080])
    assert.equal(sps.profileTierLevel?.generalLevelIdc, 67)
    assert.deepEqual(sps.profileTierLevel.constraints.slice(0, 2), [0xa0, 0])
  })

  // Worked out by hand from ITU-T H.266 §7.3.2.4.
  const header = '00000000 01111 001 0000 0000'
  const size16x8 = '000010001 0001001' // ue(16), ue(8)
  const window = '1 1 010 1 011' // 1 unit from the right, 2 from the bottom

  test('a layer without profile, cropped in chroma units, with reference resampling', () => {
    const sps = decodeH266Sps(binary(`${header} 000 01 00 0 0 1 0 ${size16x8} ${window}`))
    assert.deepEqual(sps, { profileTierLevel: undefined, width: 14, height: 4 })
  })

  test('sub-layer levels and sub-profiles are skipped', () => {
    const ptl = `0000001 1 00110011 100 00000 101 00000 ${'0'.repeat(16)} 00000001 ${'0'.repeat(32)}`
    const sps = decodeH266Sps(binary(`${header} 011 11 00 1 ${ptl} 0 0 ${size16x8} 0`))
    const profileTierLevel = { generalProfileIdc: 1, generalTierFlag: true, generalLevelIdc: 51, constraints: [0x80] }
    assert.deepEqual(sps, { profileTierLevel, width: 16, height: 8 })
  })

  test('tells the codec string of a record that does not', () => {
    const unit = binary(`${header} 000 11 00 1 0000001 1 00110011 100 00000 00000000 0 0 ${size16x8} 0`)
    const record = Uint8Array.of(0xfe, 1, 0x8f, 0, 1, 0, unit.length, ...unit)
    assert.deepEqual(h266VideoFacts(record), { width: 16, height: 8, codecString: 'vvc1.1.H51.CQA' })
  })

  test('a window larger than the picture, and another unit, are the peer’s fault', () => {
    const wide = binary(`${header} 000 01 00 0 0 0 ${size16x8} 1 0001001 1 1 1`)
    assert.throws(() => decodeH266Sps(wide), /is 0 x 8/)
    assert.throws(() => decodeH266Sps(hex('0081000000')), /NAL unit type is 15, is 16/)
  })
})

describe('h266 configuration, worked out by hand from ISO/IEC 14496-15 §11.2.4.2.2', () => {
  const ptl = '00000000 0 001 00 01 000 11111 00 000001 0000001 0 01010000 00 000000 00000000'
  const size = `${'0'.repeat(8)}11001000 ${'0'.repeat(8)}01100100` // 200 x 100

  test('an average frame rate, no constraint, a unit of operating point information', () => {
    const opi = '0 00 01100 0000000000000010 0000000001100001'
    const record = binary(`11111 11 1 ${ptl} ${size} 0001100100000000 00000001 ${opi}`)
    assert.deepEqual(h266VideoFacts(record), { width: 200, height: 100, frameRate: 25, codecString: 'vvc1.1.L80.CAA' })
    assert.equal(decodeH266DecoderConfiguration(record).units.length, 1)
  })

  for (const [name, record, rule] of [
    ['lengths of three bytes', 'fc00', /1, 2 or 4, is 3/],
    ['no size at all', 'fe00', /no SPS and tells no size/],
    ['a unit without header', 'fe018f0001000100', /at least 2 bytes, is 1/],
  ] as const) {
    test(`${name} is the peer’s fault`, () => assert.throws(() => h266VideoFacts(hex(record)), rule))
  }
})
