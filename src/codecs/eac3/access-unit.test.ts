import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { binary, fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodeEac3Programs, eac3PayloadSamples } from './access-unit.ts'
import { eac3AudioFacts } from './audio-facts.ts'
import { encodeEac3SpecificBox } from './specific-box.ts'
import { decodeEac3SyncFrame } from './sync-frame.ts'

/** A frame of which only the head matters. */
const frame = (head: Uint8Array, size: number): Uint8Array => {
  const bytes = new Uint8Array(size)
  bytes.set(head)
  return bytes
}

/** First bytes of frames by FFmpeg 7.1.5, the sizes that ffprobe tells, and the dec3 that FFmpeg writes of them. */
const captures = [
  { name: '5.1', head: '0b77037f3f87c00020f8', size: 1792, channels: 6, dec3: '0e00 200f00' },
  { name: 'stereo', head: '0b77017f3487c0002084', size: 768, channels: 2, dec3: '0600 200400' },
]

for (const { name, head, size, channels, dec3 } of captures) {
  test(`eac3 frame: ${name}`, () => {
    const payload = frame(hex(head), size)
    assert.equal(decodeEac3SyncFrame(payload).frameSize, size)
    assert.equal(eac3PayloadSamples(payload), 1536)
    assert.deepEqual(eac3AudioFacts(payload), { sampleRate: 48_000, channels, codecString: 'ec-3' })
    assert.deepEqual(encodeEac3SpecificBox(payload), hex(dec3))
  })
}

describe('eac3 payload, worked out by hand from ETSI TS 102 366 §E.1.2', () => {
  const sync = '00001011 01110111'
  const halfOf32Bytes = '00000001111' // frmsiz + 1 words
  const fiveOne = '111 1 10000 11111 0'
  const independent = (id: string, numblkscod = '11'): Uint8Array =>
    frame(binary(`${sync} 00 ${id} ${halfOf32Bytes} 00 ${numblkscod} ${fiveOne}`), 32)
  const dependent = (chanmap: string): Uint8Array =>
    frame(binary(`${sync} 01 000 ${halfOf32Bytes} 00 11 110 0 10000 11111 1 00000000 ${chanmap}`), 32)
  const rearPair = '1 0001101000000000' // Ls, Rs, Lrs/Rrs
  const join = (...frames: Uint8Array[]): Uint8Array => Uint8Array.from(frames.flatMap(bytes => [...bytes]))

  test('a dependent substream adds the channels that the program lacks', () => {
    const payload = join(independent('000'), dependent(rearPair))
    assert.deepEqual(eac3AudioFacts(payload), { sampleRate: 48_000, channels: 8, codecString: 'ec-3' })
    // 64 bytes in 32 ms are 16 kbit/s; one dependent substream, at Lrs/Rrs.
    assert.deepEqual(
      encodeEac3SpecificBox(payload),
      binary(`0000000010000 000 00 10000 0 0 000 111 1 000 0001 000000010`),
    )
  })

  test('a dependent substream without chanmap adds none', () => {
    assert.equal(eac3AudioFacts(join(independent('000'), dependent('0'))).channels, 6)
  })

  test('two programs', () => {
    const payload = join(independent('000'), independent('001'), dependent(rearPair))
    const [first, second] = decodeEac3Programs(payload)
    assert.deepEqual([first.dependents.length, second?.dependents.length], [0, 1])
    assert.deepEqual(
      encodeEac3SpecificBox(payload),
      binary('0000000011000 001 00 10000 0 0 000 111 1 000 0000 0 00 10000 0 0 000 111 1 000 0001 000000010'),
    )
    assert.equal(eac3PayloadSamples(payload), 1536)
  })

  test('six frames of one block are one payload', () => {
    const payload = join(...Array.from({ length: 6 }, () => independent('000', '00')))
    assert.equal(decodeEac3Programs(payload).length, 1)
    assert.equal(eac3PayloadSamples(payload), 1536)
  })

  test('half the sampling rates', () => {
    const head = binary(`${sync} 00 000 ${halfOf32Bytes} 11 01 010 0 10000`)
    const { samplingRate, samplesPerFrame, channels } = decodeEac3SyncFrame(head)
    assert.deepEqual([samplingRate, samplesPerFrame, channels], [22_050, 1536, 2])
  })

  for (const [name, payload, rule] of [
    ['nothing', new Uint8Array(), /at least one frame/],
    ['a cut frame', independent('000').subarray(0, 30), /2 bytes are missing/],
    ['only a dependent substream', dependent('0'), /begins with an independent substream/],
    ['a reserved stream type', hex('0b77c37f3f87c000'), /strmtyp is at most 2/],
    ['AC-3', hex('0b77b50b1e40ebf8'), /bsid is 11 to 16, is 8/],
    ['a reserved rate', binary(`${sync} 00 000 ${halfOf32Bytes} 11 11 010 0 10000`), /fscod2/],
    [
      'nine dependent substreams',
      join(independent('000'), ...Array.from({ length: 9 }, () => dependent('0'))),
      /at most 8/,
    ],
    ['nine programs', join(independent('001'), ...Array.from({ length: 8 }, () => independent('000'))), /at most 8/],
  ] as const) {
    test(`${name} is the peer’s fault`, () => assert.throws(() => eac3AudioFacts(payload), rule))
  }

  test('any bytes are a payload or the peer’s fault', () => {
    const payloads = [join(independent('000'), dependent(rearPair)), independent('000')]
    fuzzDecoder(102, payloads, encodeEac3SpecificBox)
    fuzzDecoder(103, payloads, eac3PayloadSamples)
  })
})
