import assert from 'node:assert/strict'
import { test } from 'vitest'
import { recordingFileName } from './file-name.ts'

const start = new Date(2026, 0, 31, 9, 5, 0).getTime()

test('recording name: stream, date and local time', () => {
  assert.equal(recordingFileName('live/test', start, 1), 'live_test_20260131_090500')
})

test('recording name: every slash of the stream name becomes an underscore', () => {
  assert.equal(recordingFileName('cam/roof/north', start, 1), 'cam_roof_north_20260131_090500')
})

test('recording name: further attempts are numbered', () => {
  assert.equal(recordingFileName('live/test', start, 2), 'live_test_20260131_090500_2')
})

test('recording name: a stream name of 255 bytes still gives a file name that a file system takes', () => {
  assert.ok(Buffer.byteLength(recordingFileName('x'.repeat(255), start, 10)) <= 255)
})
