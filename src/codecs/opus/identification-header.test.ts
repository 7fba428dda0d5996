import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { opusAudioFacts } from './audio-facts.ts'
import { decodeOpusIdentificationHeader } from './identification-header.ts'
import { encodeOpusSpecificBox } from './specific-box.ts'

/** Written by FFmpeg 7.1.5 with libopus of Debian 13, to Ogg and to MP4. */
const captures = [
  {
    name: 'stereo',
    head: '4f70757348656164 01 02 3801 80bb0000 0000 00',
    channels: 2,
    dOps: '00 02 0138 0000bb80 0000 00',
  },
  {
    name: '5.1',
    head: '4f70757348656164 01 06 3801 80bb0000 0000 01 04 02 000401020305',
    channels: 6,
    dOps: '00 06 0138 0000bb80 0000 01 04 02 000401020305',
  },
]

for (const { name, head, channels, dOps } of captures) {
  test(`opus: ${name}, facts`, () => {
    assert.deepEqual(opusAudioFacts(hex(head)), { sampleRate: 48_000, channels, codecString: 'opus' })
  })

  test(`opus: ${name}, dOps`, () => assert.deepEqual(encodeOpusSpecificBox(hex(head)), hex(dOps)))

  test(`opus: ${name}, cut at every byte, is the peer’s fault`, () => {
    const bytes = hex(head)
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => opusAudioFacts(bytes.subarray(0, length)), { protocol: 'opus', fault: 'malformed' })
    }
  })
}

describe('opus identification header, worked out by hand from RFC 7845 §5.1', () => {
  test('all fields, a negative gain', () => {
    const header = decodeOpusIdentificationHeader(hex('4f70757348656164 0f 01 000f 44ac0000 00ff 00'))
    assert.deepEqual([header.preSkip, header.inputSampleRate, header.outputGain], [3840, 44_100, -256])
    assert.equal(header.channelMappingTable.length, 0)
    const dOps = encodeOpusSpecificBox(hex('4f70757348656164 0f 01 000f 44ac0000 00ff 00'))
    assert.deepEqual(dOps, hex('00 01 0f00 0000ac44 ff00 00'))
  })

  for (const [name, head, rule] of [
    ['another magic', '4f70757354616773 01 02 3801 80bb0000 0000 00', /begins with "OpusHead"/],
    ['an incompatible version', '4f70757348656164 10 02 3801 80bb0000 0000 00', /0 to 15, is 16/],
    ['no channel', '4f70757348656164 01 00 3801 80bb0000 0000 00', /1 to 2 channels, is 0/],
    ['three channels in family 0', '4f70757348656164 01 03 3801 80bb0000 0000 00', /1 to 2 channels, is 3/],
  ] as const) {
    test(`${name} is the peer’s fault`, () => assert.throws(() => opusAudioFacts(hex(head)), rule))
  }

  test('any bytes are a header or the peer’s fault', () => {
    fuzzDecoder(
      7845,
      captures.map(({ head }) => hex(head)),
      encodeOpusSpecificBox,
    )
  })
})
