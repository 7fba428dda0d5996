import assert from 'node:assert/strict'
import { test } from 'vitest'
import { LeftOutReport } from './left-out-report.ts'

test('left out report: each track is told once, and of very many the first 64', () => {
  const told: string[] = []
  const report = new LeftOutReport(sentence => void told.push(sentence))
  for (let round = 0; round < 3; round++) {
    for (let trackNumber = 1; trackNumber <= 100; trackNumber++) report.add({ trackNumber, reason: 'it is text' })
  }
  assert.equal(told.length, 64)
  assert.equal(told[0], 'Track 1 is left out: it is text')
})
