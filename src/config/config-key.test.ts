import assert from 'node:assert/strict'
import { test } from 'vitest'
import { boolean } from './boolean.ts'
import { defineKey, keysOf } from './config-key.ts'
import { defineSection } from './section.ts'

const field = boolean({ default: false, description: '' })

for (const [path, variable, flag] of [
  ['rtmp.listen', 'SLUICE_RTMP_LISTEN', '--rtmp-listen'],
  ['record.segment.maxSize', 'SLUICE_RECORD_SEGMENT_MAX_SIZE', '--record-segment-max-size'],
  ['config', 'SLUICE_CONFIG', '--config'],
  ['http.http2Window', 'SLUICE_HTTP_HTTP2_WINDOW', '--http-http2-window'],
] as const) {
  test(`config key: ${path} is ${variable} and ${flag}`, () => {
    assert.deepEqual(defineKey(path, field), { path, variable, flag, field })
  })
}

test('config keys: those of a schema, in its order', () => {
  const schema = defineSection('', { b: field, a: defineSection('', { d: field, c: field }) })
  assert.deepEqual(
    keysOf(schema).map(key => key.path),
    ['b', 'a.d', 'a.c'],
  )
})
