import assert from 'node:assert/strict'
import { test } from 'vitest'
import { mergePatch } from './merge-patch.ts'

/** RFC 7396, appendix A: original, patch, result. */
const examples: readonly [string, string, string][] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
]

test('merge patch: the examples of RFC 7396, and neither document is changed', () => {
  for (const [original, patch, result] of examples) {
    const [target, change] = [JSON.parse(original), JSON.parse(patch)]
    assert.equal(JSON.stringify(mergePatch(target, change)), result, `${original} with ${patch}`)
    assert.deepEqual([target, change], [JSON.parse(original), JSON.parse(patch)])
  }
})

test('merge patch: no name reaches beyond the document', () => {
  const merged = mergePatch({}, JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": {"x": 1}}'))
  assert.equal(({} as Record<string, unknown>).isAdmin, undefined)
  assert.equal(Object.hasOwn(merged as object, '__proto__'), true)
})

test('merge patch: one that is nested too deep is refused, however deep it is', () => {
  const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
  assert.deepEqual(mergePatch({}, nested(64)), nested(64))
  for (const levels of [65, 100_000]) {
    assert.throws(() => mergePatch({}, nested(levels)), { name: 'RequestError', statusCode: 400 })
  }
})
