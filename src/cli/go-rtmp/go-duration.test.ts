import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fromGoDuration } from './go-duration.ts'

test('Go duration: what time.ParseDuration reads, in whole milliseconds', () => {
  for (const [go, ours] of [
    ['30s', '30000ms'],
    ['1h15m30.918s', '4530918ms'],
    ['1.5s', '1500ms'],
    ['.5s', '500ms'],
    ['+5s', '5000ms'],
    ['1500us', '2ms'],
    ['2ms300µs', '2ms'],
    ['0', '0'],
    ['', '0'],
    ['-3s', '0'],
  ] as const) {
    assert.equal(fromGoDuration(go), ours, go)
  }
})

test('Go duration: what is none stays for the field to refuse', () => {
  for (const text of ['5', 's', '5 s', '5sec', 'soon', '1h2']) assert.equal(fromGoDuration(text), text)
})
