import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseBitRate } from './bit-rate.ts'

const rates: readonly [string, number | undefined][] = [
  ['0', 0],
  ['6000000', 6_000_000],
  ['6M', 6_000_000],
  ['800k', 800_000],
  ['1.5G', 1_500_000_000],
  ['0.0000015M', undefined],
  ['1.25k', 1250],
  ['', undefined],
  ['M', undefined],
  ['-1', undefined],
  ['6m', undefined],
  ['6 M', undefined],
  ['6Mbit', undefined],
  ['6MB', undefined],
  ['1e6', undefined],
]

for (const [text, rate] of rates) {
  test(`bit rate: "${text}" is ${rate === undefined ? 'none' : `${rate} bits per second`}`, () => {
    assert.equal(parseBitRate(text), rate)
  })
}
