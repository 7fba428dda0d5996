import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioNames } from './audio-names.ts'

test('audio names: are those of the languages, in their own words, each once', () => {
  const languages = ['eng', 'deu', undefined, 'fra', 'eng', 'und', 'jpn', 'qaa']
  const names = ['English', 'Deutsch', 'Audio', 'Français', 'English 2', 'Audio 2', '日本語', 'qaa']
  assert.deepEqual(audioNames(languages), names)
})
