import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { flacFrameSamples } from './frame-samples.ts'

/** First bytes of frames, by FFmpeg 7.1.5 or worked out by hand from RFC 9639 §9.1. */
const vectors = [
  { name: 'FFmpeg, 144 * 2^5', frame: 'fff85a880037', samples: 4608 },
  { name: 'FFmpeg, 144 * 2^2', frame: 'fff82a880359', samples: 576 },
  { name: 'FFmpeg, 2^13', frame: 'fff8db5c00b9', samples: 8192 },
  { name: 'FFmpeg, 16 bits', frame: 'fff87b5c03107f91', samples: 4224 },
  { name: 'FFmpeg, 16 bits, the last frame', frame: 'fff879080403524c', samples: 851 },
  { name: '192', frame: 'fff81a88', samples: 192 },
  { name: '8 bits behind a number of two bytes', frame: 'fff96a88 c280 0f', samples: 16 },
  { name: '16 bits behind a number of seven bytes', frame: 'fff97a88 fe808080808080 ffff', samples: 65_536 },
]

for (const { name, frame, samples } of vectors) {
  test(`flac frame: ${name}`, () => assert.equal(flacFrameSamples(hex(frame)), samples))
}

for (const [name, frame, rule] of [
  ['another sync', 'ffe85a88', /begins with the sync code/],
  ['a reserved block size', 'fff80a88', /not reserved/],
  ['a number that continues none', 'fff86a88 8000', /is 128/],
  ['a number of eight bytes', 'fff86a88 ff00', /is 255/],
  ['nothing behind the number', 'fff87b5c0310', /16 more bits/],
] as const) {
  test(`flac frame: ${name} is the peer’s fault`, () => assert.throws(() => flacFrameSamples(hex(frame)), rule))
}

test('flac frame: any bytes are samples or the peer’s fault', () => {
  fuzzDecoder(
    96,
    vectors.map(({ frame }) => hex(frame)),
    flacFrameSamples,
  )
})
