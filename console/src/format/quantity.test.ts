import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatBitrate, formatBytes, formatCount, formatShare } from './quantity.ts'

const bitrates: { value: number; text: string }[] = [
  { value: 0, text: '0 bit/s' },
  { value: 999, text: '999 bit/s' },
  { value: 1000, text: '1.00 kbit/s' },
  { value: 128_400, text: '128 kbit/s' },
  { value: 4_254_000, text: '4.25 Mbit/s' },
  { value: 42_540_000, text: '42.5 Mbit/s' },
  { value: 12_000_000_000, text: '12.0 Gbit/s' },
]

for (const { value, text } of bitrates) {
  test(`quantity: ${value} bits per second read ${text}`, () => {
    assert.equal(formatBitrate(value).replace('\u00a0', ' '), text)
  })
}

test('quantity: bytes go up in powers of 1000', () => {
  assert.equal(formatBytes(1_200_000_000), '1.20\u00a0GB')
})

test('quantity: counts are grouped by three', () => {
  assert.equal(formatCount(7), '7')
  assert.equal(formatCount(1234567), '1\u202f234\u202f567')
})

test('quantity: shares are of a hundred', () => {
  assert.equal(formatShare(0), '0.0\u00a0%')
  assert.equal(formatShare(0.0249), '2.5\u00a0%')
})
