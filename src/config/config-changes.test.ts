import assert from 'node:assert/strict'
import { test } from 'vitest'
import { configChanges } from './config-changes.ts'
import { duration } from './duration.ts'
import { loadConfig } from './load-config.ts'
import { defineEntryMap, defineSection } from './section.ts'
import { textList } from './text-list.ts'

const wait = duration({ default: '1s', description: 'Patience', effect: 'now' })
const schema = defineSection('Sluice', {
  play: defineSection('Players', { wait, maxWait: duration({ default: '2s', description: 'Most', effect: 'next' }) }),
  relay: defineSection('Relay', { to: textList({ default: [], description: 'URLs' }) }),
  paths: defineEntryMap('By name', { form: 'a name', placeholder: 'NAME', parse: name => name }, { wait }),
})

function changes(before: string, after: string, argv: readonly string[] = []): string[] {
  const load = (file: string) => loadConfig(schema, { argv, env: {}, readFile: () => file })
  return configChanges(load(before), load(after)).map(({ path, effect }) => `${path}: ${effect}`)
}

for (const { name, before, after, expected } of [
  { name: 'nothing', before: 'play: { wait: 3s }', after: 'play:\n  wait: "3s" # the same\n', expected: [] },
  {
    name: 'keys, each with its effect',
    before: 'play: { wait: 3s }',
    after: 'play: { maxWait: 9s }\nrelay: { to: [a] }',
    expected: ['play.wait: now', 'play.maxWait: next', 'relay.to: restart'],
  },
  {
    name: 'an item of a list',
    before: 'relay: { to: [a, b] }',
    after: 'relay: { to: [a, c] }',
    expected: ['relay.to: restart'],
  },
  {
    name: 'a key of an entry',
    before: 'paths: { a: { wait: 1s } }',
    after: 'paths: { a: { wait: 2s } }',
    expected: ['paths.a.wait: now'],
  },
  {
    name: 'a key that an entry had',
    before: 'paths: { a: { wait: 1s } }',
    after: 'paths: { a: {} }',
    expected: ['paths.a.wait: now'],
  },
  {
    name: 'a new entry',
    before: '',
    after: 'paths: { a: { wait: 1s } }',
    expected: ['paths.a.wait: now', 'paths: next'],
  },
  {
    name: 'the order of entries',
    before: 'paths: { a: {}, b: {} }',
    after: 'paths: { b: {}, a: {} }',
    expected: ['paths: next'],
  },
]) {
  test(`config changes: ${name}`, () => assert.deepEqual(changes(before, after), expected))
}

test('config changes: what a flag says is not changed by the file', () => {
  assert.deepEqual(changes('play: { wait: 3s }', 'play: { wait: 4s }', ['--play-wait', '5s']), [])
})
