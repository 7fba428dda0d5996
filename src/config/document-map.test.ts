import assert from 'node:assert/strict'
import { test } from 'vitest'
import { configChanges } from './config-changes.ts'
import { ConfigErrors } from './config-errors.ts'
import { duration } from './duration.ts'
import { loadConfig } from './load-config.ts'
import { defineDocumentMap, defineList, defineSection } from './section.ts'
import { text } from './text.ts'

const withDocuments = defineSection('Sluice', {
  streams: defineDocumentMap(
    'Declared',
    { form: 'a lower-case word', placeholder: 'WORD', parse: name => (/^[a-z]+$/.test(name) ? name : undefined) },
    defineSection('A stream', {
      title: text({ default: '', description: 'Name' }),
      wait: duration({ default: '3s', description: 'Patience' }),
      push: defineList(
        'Places',
        { url: text({ default: '', description: 'Where', isRequired: true }) },
        { maxItems: 2 },
      ),
    }),
  ),
})

function loadDocuments(file: string) {
  const readFile = (path: string) => (path === 'sluice.yaml' ? file : undefined)
  return loadConfig(withDocuments, { argv: [], env: {}, readFile })
}

test('config: documents of a map are kept as they were written', () => {
  const { config } = loadDocuments(
    'streams:\n  b: { title: 0123, wait: 4s }\n  a: &a\n    push: [{ url: x }]\n  c: *a\n  d:\n',
  )
  assert.deepEqual(config.streams, [
    { name: 'b', document: { title: '0123', wait: '4s' } },
    { name: 'a', document: { push: [{ url: 'x' }] } },
    { name: 'c', document: { push: [{ url: 'x' }] } },
    { name: 'd', document: {} },
  ])
  assert.deepEqual(loadDocuments('').config.streams, [])
})

test('config: what is wrong in a document is told with its line', () => {
  const file = [
    'streams:',
    '  a:',
    '    title: x',
    '    wait: soon',
    '    push:',
    '      - url: x',
    '      -',
    '        ulr: y',
    '  B: {}',
    '  c: [1]',
  ].join('\n')
  assert.throws(
    () => loadDocuments(file),
    (error: unknown) => {
      assert.ok(error instanceof ConfigErrors)
      assert.deepEqual(
        error.problems.map(({ message }) => message),
        [
          'Cannot use streams.a.wait at sluice.yaml:4:5: it must be a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, is "soon"',
          'Cannot use streams.a.push.1.ulr at sluice.yaml:8:9: there is no such key: did you mean url?',
          'Cannot use streams.a.push.1.url at sluice.yaml:8:9: it is missing: it must be a text',
          'Cannot use streams.B at sluice.yaml:9:3: its name must be a lower-case word, is "B"',
          'Cannot use streams.c at sluice.yaml:10:3: it must be an object, is a list',
        ],
      )
      return true
    },
  )
})

test('config: documents that came, left or changed are changes', () => {
  const before = loadDocuments('streams: { a: { title: x }, b: {}, c: {} }')
  const after = loadDocuments('streams: { a: { title: y }, b: {}, d: {} }')
  assert.deepEqual(configChanges(before, after), [
    { path: 'streams.a', effect: 'now' },
    { path: 'streams.c', effect: 'now' },
    { path: 'streams.d', effect: 'now' },
  ])
})
