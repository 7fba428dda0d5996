import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { parsePathPattern } from './path-pattern.ts'

const covered: [pattern: string, ...names: string[]][] = [
  ['live/test', 'live/test'],
  ['live/*', 'live/test', 'live/a.b~720p'],
  ['cam/*/north', 'cam/roof/north'],
  ['event-*', 'event-', 'event-2026'],
  ['*-*-x', 'a-b-x', 'a-x-x-x', '--x'],
  ['**', 'a', 'a/b/c'],
  ['live/**', 'live', 'live/test', 'live/a/b'],
  ['**/north', 'north', 'cam/north', 'cam/a/north/north'],
  ['a/**/b/**/c', 'a/b/c', 'a/x/b/b/y/c', 'a/b/x/b/c'],
  ['a.b', 'a.b'],
]

const notCovered: [pattern: string, ...names: string[]][] = [
  ['live/test', 'live/test2', 'live', 'live/test/x', 'Live/test', ''],
  ['live/*', 'live', 'live/a/b', 'lives/a', ''],
  ['cam/*/north', 'cam/north', 'cam/a/b/north'],
  ['event-*', 'event', 'event-1/a', 'my-event-1'],
  ['live/**', 'lives/a', 'a/live/b'],
  ['**/north', 'cam/north/x', 'xnorth'],
  ['a/**/b/**/c', 'a/c', 'a/b', 'b/c'],
  ['a.b', 'axb'],
]

for (const [pattern, ...names] of covered) {
  test(`path pattern: ${pattern} covers ${names.join(', ')}`, () => {
    for (const name of names) assert.equal(parsePathPattern(pattern)?.matches(name), true, name)
  })
}

for (const [pattern, ...names] of notCovered) {
  test(`path pattern: ${pattern} does not cover ${names.join(', ')}`, () => {
    for (const name of names) assert.equal(parsePathPattern(pattern)?.matches(name), false, name)
  })
}

for (const text of ['', '/', 'live/', '/live', 'a//b', 'a**', '**b/c', '***', 'a b', 'a?', 'ä', '^a$', 'a\n']) {
  test(`path pattern: ${JSON.stringify(text)} is none`, () => assert.equal(parsePathPattern(text), undefined))
}

test('path pattern: says what was written', () => assert.equal(parsePathPattern('live/**')?.text, 'live/**'))

test('path pattern: many wildcards do not make it slow', () => {
  const pattern = parsePathPattern(`${'*a'.repeat(100)}b/${'**/a/'.repeat(100)}b`)
  assert.equal(pattern?.matches(`${'a'.repeat(250)}/${'a/'.repeat(250)}a`), false)
})

/** The same question, put to the regular expression that the pattern means. */
function expected(pattern: string, name: string): boolean {
  const source = pattern
    .split('/')
    .map(segment => (segment === '**' ? '(?:[^/]+/)*' : `${segment.replaceAll('*', '[^/]*')}/`))
    .join('')
  return new RegExp(`^${source}$`).test(`${name}/`)
}

test('path pattern: agrees with the regular expression that it means', () => {
  const pattern = fc.array(fc.constantFrom('**', '*', 'a', 'b', 'a*', '*b', '*a*'), { minLength: 1, maxLength: 6 })
  const name = fc.array(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(pattern, name, (segments, parts) => {
      const [text, path] = [segments.join('/'), parts.join('/')]
      assert.equal(parsePathPattern(text)?.matches(path), expected(text, path), `${text} ${path}`)
    }),
    { seed: 20_261_121, numRuns: 3_000 },
  )
})
