import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { boolean } from './boolean.ts'
import { readDocument } from './document.ts'
import { duration } from './duration.ts'
import { integer } from './integer.ts'
import { listOf } from './list-of.ts'
import { defineList, defineOverrides, defineSection, withNotYet } from './section.ts'
import { text } from './text.ts'
import { textList } from './text-list.ts'

const schema = withNotYet(
  defineSection('A camera', {
    title: text({ default: '', description: 'Name' }),
    tags: textList({ default: [], description: 'Words' }),
    digits: listOf('a list of digits', item => (/^\d$/.test(item) ? Number(item) : undefined), {
      default: [],
      description: 'Digits',
    }),
    enabled: boolean({ default: true, description: 'Whether it is on' }),
    inputs: defineList(
      'Sources',
      {
        url: text({ default: '', description: 'Where from', isRequired: true }),
        timeout: duration({ default: '5s', description: 'How long' }),
      },
      { maxItems: 3 },
    ),
    limits: defineSection('Limits', { viewers: integer({ default: 10, minimum: 1, description: 'How many' }) }),
    settings: defineOverrides('Settings', {
      lag: duration({ default: '10s', description: 'How far' }),
      password: text({ default: '', description: 'Word', secret: true }),
      count: integer({ default: 0, description: 'How many', secret: true }),
    }),
  }),
  'codecs',
)

function problemsOf(json: unknown): readonly (readonly [string, string])[] {
  const reading = readDocument(schema, json)
  return reading.ok ? [] : reading.problems.map(({ pointer, detail }) => [pointer, detail])
}

test('document: what is left out, or null, has its default, and overrides have none', () => {
  const nothing = { title: '', tags: [], digits: [], enabled: true, inputs: [], limits: { viewers: 10 }, settings: {} }
  assert.deepEqual(readDocument(schema, {}), { ok: true, value: nothing })
  assert.deepEqual(readDocument(schema, { title: null, inputs: null, settings: null }), { ok: true, value: nothing })
})

test('document: values are read by their fields, as texts, numbers and booleans of JSON', () => {
  const json = {
    title: 7,
    tags: ['a', 1],
    enabled: 'off',
    inputs: [{ url: 'x', timeout: '350ms' }, { url: 'y' }],
    limits: { viewers: '20' },
    settings: { lag: '1m' },
  }
  assert.deepEqual(readDocument(schema, json), {
    ok: true,
    value: {
      ...{
        title: '7',
        tags: ['a', '1'],
        digits: [],
        enabled: false,
        limits: { viewers: 20 },
        settings: { lag: 60_000 },
      },
      inputs: [
        { url: 'x', timeout: 350 },
        { url: 'y', timeout: 5000 },
      ],
    },
  })
})

test('document: everything that is wrong is said at once, with its place', () => {
  const json = {
    titel: 1,
    lag: 1,
    codecs: [],
    tags: { a: 1 },
    digits: ['1', 'x', 2, [3]],
    inputs: [{}, 3, { url: 'x', timeout: 'soon', 'a/b~c': 1 }],
    limits: [],
    settings: { lag: [['x']], count: 'secret' },
  }
  assert.deepEqual(problemsOf(json), [
    ['/titel', 'There is no such key: did you mean title?'],
    ['/lag', 'There is no such key: did you mean settings.lag?'],
    ['/codecs', 'It is not supported yet'],
    ['/tags', 'It must be a list such as [a, b], is an object'],
    ['/digits/1', 'It must be one of a list of digits, is "x"'],
    ['/digits/3', 'It must be one of a list of digits, is a list'],
    ['/inputs/0/url', 'It is missing: it must be a text'],
    ['/inputs/1', 'It must be an object, is 3'],
    ['/inputs/2/a~1b~0c', 'There is no such key: the keys here are url, timeout'],
    ['/inputs/2/timeout', 'It must be a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, is "soon"'],
    ['/limits', 'It must be an object, is a list'],
    ['/settings/lag', 'It must be a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, is a list'],
    ['/settings/count', 'It must be a whole number, is not shown'],
  ])
})

test('document: lists are bounded, and what is no object is none', () => {
  assert.deepEqual(problemsOf({ inputs: [{}, {}, {}, {}] }), [['/inputs', 'It must have at most 3 items, has 4']])
  assert.deepEqual(problemsOf({ inputs: {} }), [['/inputs', 'It must be a list, is an object']])
  for (const json of [undefined, null, 3, 'text', [], true]) assert.equal(problemsOf(json)[0]?.[0], '')
  assert.deepEqual(problemsOf({ tags: 'x'.repeat(10_000), limits: 'x'.repeat(200) }), [
    ['/limits', `It must be an object, is "${'x'.repeat(79)}…`],
  ])
})

test('document: of a list that is all wrong, only the first items are named', () => {
  const problems = problemsOf({ digits: Array.from({ length: 1000 }, () => 'x') })
  assert.deepEqual([problems.length, problems.at(-1)?.[0]], [20, '/digits/19'])
})

test('document: whatever JSON comes, it is read or refused', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), json => {
      const reading = readDocument(schema, { title: json, tags: json, inputs: json, limits: json })
      assert.equal(typeof reading.ok, 'boolean')
    }),
    { seed: 20261121, numRuns: 300 },
  )
})
