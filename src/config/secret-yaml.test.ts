import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ConfigError } from '../core/errors.ts'
import { parseSecretYaml } from './secret-yaml.ts'

const parse = (text: string): unknown => parseSecretYaml(text, rule => new ConfigError('', rule))

test('secret YAML: what it says, and JSON as well', () => {
  assert.deepEqual(parse('a: [1, x]\nb: { c: true }\n'), { a: [1, 'x'], b: { c: true } })
  assert.deepEqual(parse('{"a": [1, "x"]}'), { a: [1, 'x'] })
})

for (const { text, rule } of [
  { text: 'a: 1\nb: SECRET\na: 2\n', rule: 'line 3 is no YAML (DUPLICATE_KEY)' },
  { text: 'x:\n  - a: SECRET\n    "a": 2\n', rule: 'line 3 is no YAML (DUPLICATE_KEY)' },
  { text: 'x: 1\ny:\n  1: SECRET\n  "1": b\n', rule: 'line 4 is no YAML (DUPLICATE_KEY)' },
  { text: 'a: 1\nb: [SECRET\n', rule: 'line 3 is no YAML (BAD_INDENT)' },
  { text: 'a: 1\n---\na: SECRET\n', rule: 'line 2 is no YAML (MULTIPLE_DOCS)' },
  { text: 'a: !secret SECRET\n', rule: 'line 1 is no YAML (TAG_RESOLVE_FAILED)' },
]) {
  test(`secret YAML: ${JSON.stringify(text)} is refused by its line, and nothing of it is shown`, () => {
    assert.throws(() => parse(text), { message: rule })
  })
}

test('secret YAML: keys are looked at once, however many there are', { timeout: 30_000 }, () => {
  // The parser itself would take most of a minute to find those that stand twice.
  const text = Array.from({ length: 40_000 }, (_, at) => `k${at}: ${at}`).join('\n')
  assert.equal(Object.keys(parse(text) as object).length, 40_000)
})
