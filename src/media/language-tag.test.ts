import assert from 'node:assert/strict'
import { test } from 'vitest'
import { languageName, languageTag } from './language-tag.ts'

/** ISO 639-2 and the IANA registry of language subtags. */
const vectors: readonly (readonly [string | undefined, string | undefined])[] = [
  ['eng', 'en'],
  ['deu', 'de'],
  ['ger', 'de'],
  ['gsw', 'gsw'],
  ['en', 'en'],
  ['und', undefined],
  ['zxx', undefined],
  ['e"g', undefined],
  ['', undefined],
  [undefined, undefined],
]

for (const [told, tag] of vectors) {
  test(`language tag: ${told} is ${tag}`, () => assert.equal(languageTag(told), tag))
}

/** CLDR. */
const names: readonly (readonly [string | undefined, string | undefined])[] = [
  ['eng', 'English'],
  ['ger', 'Deutsch'],
  ['spa', 'Español'],
  ['rus', 'Русский'],
  ['jpn', '日本語'],
  ['qaa', 'qaa'],
  ['und', undefined],
  [undefined, undefined],
]

for (const [told, name] of names) {
  test(`language name: ${told} is ${name}`, () => assert.equal(languageName(told), name))
}
