import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { byteSize, parseByteSize } from './byte-size.ts'

const sizes: readonly [string, number | undefined][] = [
  ['0', 0],
  ['65536', 65_536],
  ['10B', 10],
  ['64KiB', 65_536],
  ['4MiB', 4_194_304],
  ['1GiB', 1_073_741_824],
  ['1TiB', 1_099_511_627_776],
  ['1kB', 1000],
  ['4MB', 4_000_000],
  ['1GB', 1_000_000_000],
  ['2TB', 2_000_000_000_000],
  ['64kib', 65_536],
  ['64 KiB', 65_536],
  ['', undefined],
  ['KiB', undefined],
  ['1.5MiB', undefined],
  ['-1', undefined],
  ['1M', undefined],
  ['1iB', undefined],
  ['64  KiB', undefined],
  ['9007199254740992', undefined],
  ['9999TiB9', undefined],
]

for (const [text, bytes] of sizes) {
  test(`byte size: "${text}" is ${bytes === undefined ? 'none' : `${bytes} bytes`}`, () => {
    assert.equal(parseByteSize(text), bytes)
  })
}

test('byte size: any text is a whole number of bytes or none', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{0,20} ?[kmgtKMGT]?i?[bB]?$/))
  fc.assert(
    fc.property(text, written => {
      const value = parseByteSize(written)
      assert.ok(value === undefined || (Number.isSafeInteger(value) && value >= 0))
    }),
    { seed: 3, numRuns: 1000 },
  )
})

test('byte size: limits are inclusive and part of the form', () => {
  const field = byteSize({ default: '4MiB', description: '', minimum: '64KiB' })
  assert.equal(field.form, 'a size such as 64KiB, 4MiB, 1GB or 65536, at least 64KiB')
  assert.deepEqual(field.parse('65536'), { value: 65_536 })
  assert.equal(field.parse('65535'), undefined)
})
