import assert from 'node:assert/strict'
import { test } from 'vitest'
import { documentSchema } from './document-schema.ts'
import { duration } from './duration.ts'
import { defineList, defineOverrides, defineSection } from './section.ts'
import { text } from './text.ts'
import { textList } from './text-list.ts'

test('document schema: holds what programs may know of a document, and nothing of how it is read', () => {
  const wait = duration({ default: '1s', description: 'How long' })
  const section = defineSection('A thing', {
    title: text({ default: 'none', description: 'Its name' }),
    tags: textList({ default: [], description: 'Its words' }),
    places: defineList(
      'Places',
      { url: text({ default: '', description: 'Where', isRequired: true }) },
      { maxItems: 3 },
    ),
    limits: defineOverrides('Limits', { wait }),
  })
  const { form, pattern } = wait as typeof wait & { pattern: string }
  assert.deepEqual(documentSchema(section), {
    type: 'object',
    description: 'A thing',
    additionalProperties: false,
    properties: {
      title: { type: 'string', default: 'none', description: 'Its name: a text' },
      tags: { type: 'array', items: { type: 'string' }, default: [], description: 'Its words: a list such as [a, b]' },
      places: {
        type: 'array',
        description: 'Places',
        maxItems: 3,
        items: {
          type: 'object',
          description: 'One of: Places',
          additionalProperties: false,
          required: ['url'],
          properties: { url: { type: 'string', description: 'Where: a text' } },
        },
      },
      limits: {
        type: 'object',
        description: 'Limits',
        additionalProperties: false,
        properties: { wait: { type: 'string', pattern, description: `How long: ${form}` } },
      },
    },
  })
})
