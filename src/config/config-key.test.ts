import assert from 'node:assert/strict'
import { test } from 'vitest'
import { boolean } from './boolean.ts'
import { defineKey, groupsOf, keysOf } from './config-key.ts'
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

const schema = defineSection('All', {
  a: defineSection('A', { d: field, e: defineSection('E', { f: field }), c: field }),
  b: defineSection('B', { g: defineSection('G', { h: field }) }),
})

test('config keys: grouped by section, in the order of the schema', () => {
  const groups = groupsOf(schema).map(({ path, description, keys }) => [path, description, keys.map(key => key.path)])
  assert.deepEqual(groups, [
    ['a', 'A', ['a.d', 'a.c']],
    ['a.e', 'E', ['a.e.f']],
    ['b.g', 'G', ['b.g.h']],
  ])
})

test('config keys: all of a schema', () => {
  assert.deepEqual(
    keysOf(schema).map(key => key.path),
    ['a.d', 'a.c', 'a.e.f', 'b.g.h'],
  )
})
