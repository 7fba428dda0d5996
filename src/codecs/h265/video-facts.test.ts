import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { VideoFacts } from '../../media/track.ts'
import { decodeH265DecoderConfiguration, encodeH265DecoderConfiguration } from './decoder-configuration.ts'
import { h265CodecString } from './profile-tier-level.ts'
import { skipShortTermRefPicSets } from './short-term-ref-pic-sets.ts'
import { h265VideoFacts } from './video-facts.ts'

/** Configuration records written by FFmpeg 5.1.9 with libx265 of Debian 12; the facts are what was asked of it. */
const captures: { name: string; record: string; facts: VideoFacts }[] = [
  {
    name: 'main',
    record:
      '01016000000090000000000078f000fcfdf8f800000f03a00001001840010c01ffff016000000300900000030000030078959409a10001002b420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84a2000100064401c073c189',
    facts: { width: 1920, height: 1080, frameRate: 25, codecString: 'hvc1.1.6.L120.90' },
  },
  {
    name: 'main 10, two temporal layers, scaling lists',
    record:
      '0102200000009000000000003cf000fcfdfafa00001303a00001001c40010c02ffff02200000030090000003000003003c00009598acc048a10001002f42010202200000030090000003000003003c0000a0112049c94d965662b349272bc05a020000030002000003007810a2000100074401c172b46240',
    facts: { width: 130, height: 70, frameRate: 60, codecString: 'hvc1.2.4.L60.90' },
  },
  {
    name: '4:4:4',
    record:
      '0104080000009e08000000001ef000fcfff8f800000f03a00001001740010c01ffff0408000003009e0800000300001e959809a1000100294201010408000003009e0800000300001e9002240939ef2cacd24995e02d0100000303e90000753008a2000100084401c172860c4624',
    facts: { width: 130, height: 70, frameRate: 30000 / 1001, codecString: 'hvc1.4.10.L30.9E.8' },
  },
]

for (const { name, record, facts } of captures) {
  const bytes = Buffer.from(record, 'hex')

  test(`h265 facts: ${name}`, () => assert.deepEqual(h265VideoFacts(bytes), facts))

  test(`h265 facts: ${name}, cut at every byte`, () => {
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => h265VideoFacts(bytes.subarray(0, length)), ProtocolError)
    }
  })

  test(`h265 facts: ${name}, any byte changed, is facts or the peer’s fault`, () => {
    const changes = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 4 }), changed => {
        const copy = Buffer.from(bytes)
        for (const [at, byte] of changed) copy[at] = byte
        onlyProtocolError(() => h265VideoFacts(copy))
      }),
      { seed: 265, numRuns: 500 },
    )
  })
}

for (const { name, record } of captures) {
  test(`h265 configuration: ${name}, from its parameter sets`, () => {
    const bytes = hex(record)
    assert.deepEqual(encodeH265DecoderConfiguration(decodeH265DecoderConfiguration(bytes)), bytes)
  })
}

test('h265 configuration: any record is written again or the peer’s fault', () => {
  const again = (bytes: Uint8Array): unknown => encodeH265DecoderConfiguration(decodeH265DecoderConfiguration(bytes))
  fuzzDecoder(
    265,
    captures.map(({ record }) => hex(record)),
    again,
  )
})

test('h265 configuration: without SPS it cannot be written', () => {
  const none = { videoParameterSets: [], sequenceParameterSets: [], pictureParameterSets: [] }
  assert.throws(() => encodeH265DecoderConfiguration(none), /it has no SPS/)
})

test('h265 configuration: one unit of each parameter set', () => {
  const config = decodeH265DecoderConfiguration(Buffer.from(captures[0]?.record ?? '', 'hex'))
  assert.equal(config.lengthSize, 4)
  const { videoParameterSets, sequenceParameterSets, pictureParameterSets } = config
  assert.deepEqual([videoParameterSets.length, sequenceParameterSets.length, pictureParameterSets.length], [1, 1, 1])
  assert.equal(Buffer.from(pictureParameterSets[0] ?? []).toString('hex'), '4401c073c189')
})

test('h265 codec string: the examples of ISO/IEC 14496-15 §E.3', () => {
  const level = {
    generalProfileSpace: 0,
    generalTierFlag: false,
    generalProfileIdc: 1,
    generalProfileCompatibilityFlags: 0x60000000,
    generalConstraintFlags: [0xb0, 0, 0, 0, 0, 0],
    generalLevelIdc: 93,
  }
  assert.equal(h265CodecString(level), 'hvc1.1.6.L93.B0')
  const high = { ...level, generalProfileSpace: 1, generalTierFlag: true, generalProfileCompatibilityFlags: 0x80000000 }
  assert.equal(h265CodecString({ ...high, generalConstraintFlags: [0, 0, 0, 0, 0, 0] }), 'hvc1.A1.1.H93')
})

describe('h265 short-term reference picture sets, worked out by hand from ITU-T H.265 §7.3.7', () => {
  const bitsLeftBehind = (bits: string): number => {
    const digits = bits.replaceAll(' ', '')
    const padded = digits.padEnd(Math.ceil(digits.length / 8) * 8, '0')
    const octets = padded.match(/.{8}/g) ?? []
    const reader = new BitReader(
      Uint8Array.from(octets, octet => Number.parseInt(octet, 2)),
      'h265',
    )
    skipShortTermRefPicSets(reader)
    return digits.length - (padded.length - reader.bitsLeft)
  }
  const explicit = '011 010 1 1 010 1 1 1' // 2 before (-1, -3), 1 behind (+1)

  test('none', () => assert.equal(bitsLeftBehind('1'), 0))

  test('one', () => assert.equal(bitsLeftBehind(`010 ${explicit}`), 0))

  test('the second is the first moved by -1; the picture that lands on 0 goes', () => {
    const moved = '1 1 1 1 1 1 1' // predicted, sign -, distance 1, all 4 used: -2, -4, (0), -1 = 3 pictures
    const again = '1 0 1 1 1 1 1' // predicted from 3 pictures: 4 flags again
    assert.equal(bitsLeftBehind(`00100 ${explicit} ${moved} ${again}`), 0)
  })

  test('a picture that is not used may be dropped', () => {
    const moved = '1 1 1 00 00 00 1' // only -1 stays
    const again = '1 1 1 1 1' // predicted from 1 picture: 2 flags
    assert.equal(bitsLeftBehind(`00100 ${explicit} ${moved} ${again}`), 0)
  })

  test('counts beyond the limits are the peer’s fault', () => {
    assert.throws(() => bitsLeftBehind('0000001000010'), /at most 64, is 65/)
    assert.throws(() => bitsLeftBehind('010 000010010 1'), /at most 16 pictures/)
  })
})

function onlyProtocolError(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
  }
}
