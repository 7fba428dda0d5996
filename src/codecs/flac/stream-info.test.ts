import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { flacAudioFacts } from './audio-facts.ts'
import { encodeFlacSpecificBox } from './specific-box.ts'
import { decodeFlacStreamInfo } from './stream-info.ts'

/** STREAMINFO blocks of files by FFmpeg 7.1.5; the dfLa that it writes of them has the same block. */
const captures = [
  {
    block: '120012000000fc0005110bb802f000003840e5f051c128e84992c0cba99724092b51',
    facts: { sampleRate: 48_000, channels: 2, codecString: 'flac' },
    info: [4608, 16],
  },
  {
    block: '200020000013af00255717700b70000070805ed184c835458f440be780b4e93dc968',
    facts: { sampleRate: 96_000, channels: 6, codecString: 'flac' },
    info: [8192, 24],
  },
  {
    block: '03e803e80001480003470ac440f0000012f352a8a518d8d6fb9d08be6af6aed8b89e',
    facts: { sampleRate: 44_100, channels: 1, codecString: 'flac' },
    info: [1000, 16],
  },
]

for (const { block, facts, info } of captures) {
  const title = `${facts.sampleRate} Hz, ${facts.channels} channels`
  const config = hex(`664c6143 80000022 ${block}`)

  test(`flac facts: ${title}`, () => {
    assert.deepEqual(flacAudioFacts(config), facts)
    const { maximumBlockSize, bitsPerSample } = decodeFlacStreamInfo(config)
    assert.deepEqual([maximumBlockSize, bitsPerSample], info)
  })

  test(`flac dfLa: ${title}`, () => assert.deepEqual(encodeFlacSpecificBox(config), hex(`00000000 80000022 ${block}`)))

  test(`flac facts: ${title}, cut at every byte, are the peer’s fault`, () => {
    for (let length = 0; length < config.length; length++) {
      assert.throws(() => flacAudioFacts(config.subarray(0, length)), { protocol: 'flac', fault: 'malformed' })
    }
  })
}

test('flac dfLa: other blocks are left away', () => {
  const block = captures[0]?.block ?? ''
  const config = hex(`664c6143 00000022 ${block} 84000004 00000000`)
  assert.deepEqual(encodeFlacSpecificBox(config), hex(`00000000 80000022 ${block}`))
})

for (const [name, config, rule] of [
  ['another marker', '4f676753 80000022', /begins with "fLaC"/],
  ['another block', '664c6143 84000022', /is of type 4/],
  ['another length', '664c6143 80000021', /has 34 bytes, is 33/],
  ['no sample rate', `664c6143 80000022 10001000000000000000 0000${'00'.repeat(22)}`, /not 0, is 0/],
] as const) {
  test(`flac facts: ${name} is the peer’s fault`, () => assert.throws(() => flacAudioFacts(hex(config)), rule))
}

test('flac facts: any bytes are facts or the peer’s fault', () => {
  fuzzDecoder(
    9639,
    captures.map(({ block }) => hex(`664c6143 80000022 ${block}`)),
    encodeFlacSpecificBox,
  )
})
