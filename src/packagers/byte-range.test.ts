import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { parseRange } from './byte-range.ts'

/** Worked out by hand from RFC 9110 §14.1.2 for a file of 10000 bytes, which is the one of its examples. */
const vectors: readonly [header: string | undefined, range: ReturnType<typeof parseRange>][] = [
  [undefined, undefined],
  ['bytes=0-499', { start: 0, end: 500 }],
  ['bytes=500-999', { start: 500, end: 1000 }],
  ['bytes=-500', { start: 9500, end: 10_000 }],
  ['bytes=9500-', { start: 9500, end: 10_000 }],
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=-20000', { start: 0, end: 10_000 }],
  ['bytes=9999-20000', { start: 9999, end: 10_000 }],
  ['bytes=10000-', 'unsatisfiable'],
  ['bytes=10000-10001', 'unsatisfiable'],
  ['bytes=99999999999999999999-', 'unsatisfiable'],
  ['bytes=9500-99999999999999999999', { start: 9500, end: 10_000 }],
  ['bytes=-99999999999999999999', { start: 0, end: 10_000 }],
  [`bytes=${'9'.repeat(400)}-`, 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=2-1', undefined],
  ['bytes=0-0,-1', undefined],
  ['bytes=-', undefined],
  ['bytes=', undefined],
  ['bytes=1-x', undefined],
  ['seconds=0-1', undefined],
]

for (const [header, range] of vectors) {
  test(`byte range: ${header}`, () => assert.deepEqual(parseRange(header, 10_000), range))
}

test('byte range: whatever is asked for lies in the file', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat(1000), (text, first, last, size) => {
      for (const header of [text, `bytes=${first}-${last}`, `bytes=-${last}`, `bytes=${first}-`]) {
        const range = parseRange(header, size)
        if (typeof range !== 'object') continue
        assert.ok(range.start >= 0 && range.start < range.end && range.end <= size, header)
      }
    }),
  )
})
