import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { opusPacketSamples } from './packet-samples.ts'

/** Worked out by hand from RFC 6716 §3.1 and table 2. */
const vectors = [
  { name: 'SILK 10 ms', packet: '00', samples: 480 },
  { name: 'SILK 60 ms', packet: '18', samples: 2880 },
  { name: 'SILK 20 ms, two frames of one size', packet: '49', samples: 1920 },
  { name: 'hybrid 10 ms', packet: '60', samples: 480 },
  { name: 'hybrid 20 ms, two frames', packet: '7a', samples: 1920 },
  { name: 'CELT 2.5 ms', packet: '80', samples: 120 },
  { name: 'CELT 20 ms, stereo', packet: 'fc', samples: 960 },
  { name: 'CELT 20 ms, three frames, padded', packet: 'ff43', samples: 2880 },
  { name: 'CELT 2.5 ms, 48 frames', packet: '8330', samples: 5760 },
]

for (const { name, packet, samples } of vectors) {
  test(`opus packet: ${name}`, () => assert.equal(opusPacketSamples(hex(packet)), samples))
}

for (const [packet, rule] of [
  ['', /at least one byte/],
  ['ff', /at least one frame/],
  ['ff00', /at least one frame/],
  ['1b03', /at most 5760 samples, is 8640/],
] as const) {
  test(`opus packet: "${packet}" is the peer’s fault`, () => assert.throws(() => opusPacketSamples(hex(packet)), rule))
}

test('opus packet: any bytes are samples or the peer’s fault', () => {
  fuzzDecoder(
    6716,
    vectors.map(({ packet }) => hex(packet)),
    opusPacketSamples,
  )
})
