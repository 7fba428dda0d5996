import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { DocumentProblem } from '../core/errors.ts'
import { hideSecrets, restoreSecrets } from './document-secrets.ts'
import { defineField, oneText } from './field.ts'
import { defineList, defineSection } from './section.ts'
import { text } from './text.ts'
import { textList } from './text-list.ts'

/** "host/key", of which the host may be shown. */
const address = defineField(
  {
    ...oneText('an address', { type: 'string' }, value => ({ value })),
    hide: written => `${written.split('/')[0]}/***`,
  },
  { default: '', description: 'Where', secret: true, isRequired: true },
)

const schema = defineSection('A stream', {
  title: text({ default: '', description: 'Name' }),
  password: text({ default: '', description: 'Word', secret: true }),
  push: defineList('Places', { url: address, note: text({ default: '', description: 'For people' }) }, { maxItems: 9 }),
  inner: defineSection('Inside', { token: text({ default: '', description: 'Word', secret: true }) }),
})

const kept = {
  title: 'T',
  password: 'pw',
  push: [{ url: 'a/1', note: 'first' }, { url: 'b/2' }, { url: 'b/3' }],
  inner: { token: 'tok' },
}

function restored(json: unknown, before: unknown = kept): { json: unknown; problems: readonly DocumentProblem[] } {
  const problems: DocumentProblem[] = []
  return { json: restoreSecrets(schema, json, before, problems), problems }
}

test('document secrets: nothing secret is shown, and nothing else is changed', () => {
  assert.deepEqual(hideSecrets(schema, kept), {
    title: 'T',
    password: '***',
    push: [{ url: 'a/***', note: 'first' }, { url: 'b/***' }, { url: 'b/***' }],
    inner: { token: '***' },
  })
  assert.deepEqual(hideSecrets(schema, { password: '' }), { password: '' })
})

test('document secrets: texts that stand for items, and lists of secrets, are no exception', () => {
  const inputs = defineSection('A stream', {
    from: defineList(
      'Places',
      { url: address, words: textList({ default: [], description: 'Words', secret: true }) },
      { maxItems: 9, shorthand: 'url' },
    ),
  })
  const before = { from: ['a/1', { url: 'b/2', words: ['x', 'y'] }] }
  const shown = hideSecrets(inputs, before)
  assert.deepEqual(shown, { from: [{ url: 'a/***' }, { url: 'b/***', words: ['***', '***'] }] })
  const problems: DocumentProblem[] = []
  assert.deepEqual(restoreSecrets(inputs, { from: ['a/***', shown.from] }, before, problems), {
    from: [{ url: 'a/1' }, shown.from],
  })
  assert.deepEqual(restoreSecrets(inputs, shown, before, problems), {
    from: [{ url: 'a/1' }, { url: 'b/2', words: ['x', 'y'] }],
  })
  assert.deepEqual(problems, [])
})

test('document secrets: what is sent back as it was shown is as it was kept', () => {
  const one = { ...kept, push: kept.push.slice(0, 2) }
  assert.deepEqual(restored(hideSecrets(schema, one), one), { json: one, problems: [] })
})

test('document secrets: an item keeps its secret wherever it stands, and new ones have theirs', () => {
  const json = { push: [{ url: 'c/9' }, { url: 'a/***', note: 'moved' }] }
  assert.deepEqual(restored(json), {
    json: { push: [{ url: 'c/9' }, { url: 'a/1', note: 'moved' }] },
    problems: [],
  })
})

test('document secrets: what cannot be told is not guessed', () => {
  const pointers = (json: unknown, before?: unknown): readonly string[] =>
    restored(json, before).problems.map(({ pointer }) => pointer)
  assert.deepEqual(pointers({ push: [{ url: 'b/***' }] }), ['/push/0/url'])
  const unknown = { push: [{ url: 'z/***' }], password: 'x***', inner: { token: '***' } }
  assert.deepEqual(pointers(unknown, {}), ['/push/0/url', '/password', '/inner/token'])
})

test('document secrets: what is of no form is left to whoever reads it', () => {
  for (const json of [3, null, { push: 3, inner: [], other: '***' }]) {
    assert.deepEqual(restored(json), { json, problems: [] })
  }
})
