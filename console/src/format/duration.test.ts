import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatDelay, formatDuration } from './duration.ts'

const spans: { seconds: number; text: string }[] = [
  { seconds: -3, text: '0 s' },
  { seconds: 59.9, text: '59 s' },
  { seconds: 60, text: '1 min 00 s' },
  { seconds: 184, text: '3 min 04 s' },
  { seconds: 3720, text: '1 h 02 min' },
  { seconds: 187_200, text: '2 d 4 h' },
]

for (const { seconds, text } of spans) {
  test(`duration: ${seconds} seconds read ${text}`, () => {
    assert.equal(formatDuration(seconds).replaceAll('\u00a0', ' '), text)
  })
}

test('duration: a delay never reads below zero', () => {
  assert.equal(formatDelay(-0.1), '0.00\u00a0s')
  assert.equal(formatDelay(0.416), '0.42\u00a0s')
})
