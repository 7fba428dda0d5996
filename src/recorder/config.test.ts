import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadConfig } from '../config/load-config.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import { recordConfig, recordSettings } from './config.ts'
import { formatFileName } from './file-pattern.ts'

const schema = defineSection('All', { record: recordConfig })

function load(...argv: readonly string[]): Decoded<typeof schema>['record'] {
  return loadConfig(schema, { argv, env: {}, readFile: () => undefined }).config.record
}

test('record config: a pattern that names no file is refused at the start, with what is allowed', () => {
  assert.throws(
    () => load('--record-segment-pattern', '%s_%x'),
    /--record-segment-pattern: it must be a file name such as/,
  )
  assert.throws(() => load('--record-segment-pattern', '../%s'), /--record-segment-pattern: it must be/)
})

test('record config: segments as flags', () => {
  const flags = ['--record-segment-duration', '30s', '--record-segment-max-size', '1GB']
  const { segment } = load(...flags, '--record-segment-pattern', '%s/%03d')
  assert.deepEqual([segment.duration, segment.maxSize], [30_000, 1e9])
  const { pattern } = segment
  assert.ok(pattern)
  assert.equal(formatFileName(pattern, { stream: 'live/test', start: 0, number: 7 }), 'live_test/007')
})

test('record config: out of the box nothing is recorded, and what is asked for is one file', () => {
  assert.deepEqual(recordSettings(load()), {
    record: false,
    format: 'auto',
    segment: { duration: 0, maxSize: 0, pattern: undefined },
  })
})
