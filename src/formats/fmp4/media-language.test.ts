import assert from 'node:assert/strict'
import { test } from 'vitest'
import { zeros } from '../../../test/support/mp4-boxes.ts'
import { BoxFields } from './decode-box.ts'
import { decodeLanguage, packLanguage } from './media-language.ts'

/** Worked out by hand from ISO/IEC 14496-12 §8.4.2.3. */
for (const [language, packed] of [
  ['deu', 0x10b5],
  ['fra', 0x1a41],
  ['zzz', 0x6b5a],
] as const) {
  test(`language of media: ${language} is ${packed.toString(16)}`, () => {
    assert.equal(packLanguage(language), packed)
    assert.deepEqual(decodeLanguage(mdhdOf(0, packed)), { language })
    assert.deepEqual(decodeLanguage(mdhdOf(1, packed)), { language })
  })
}

test('language of media: what has not three letters is not told', () => {
  for (const language of [undefined, 'und', 'de', 'DEU', 'de-AT', '']) assert.equal(packLanguage(language), 0x55c4)
})

/** "und", English of QuickTime, its unspecified language, and letters that are none. */
for (const packed of [0x55c4, 0, 0x7fff, 0x1000]) {
  test(`language of media: ${packed.toString(16)} says nothing`, () => {
    assert.deepEqual(decodeLanguage(mdhdOf(0, packed)), {})
  })
}

function mdhdOf(version: 0 | 1, packed: number): BoxFields {
  const head = `0${version}000000${zeros(version === 0 ? 16 : 28)}`
  return new BoxFields('mdhd', Buffer.from(`${head}${packed.toString(16).padStart(4, '0')}0000`, 'hex'))
}
