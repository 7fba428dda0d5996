import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ConfigError } from '../../core/errors.ts'
import { findPassphrase, parsePassphraseFile } from './passphrase-file.ts'

const find = (text: string, stream: string): string | undefined => findPassphrase(parsePassphraseFile(text), stream)

test('passphrase file: that of go-rtmp maps names to passphrases', () => {
  const file = '{"live/test": "correct-horse", "live/other": "battery-staple"}'
  assert.equal(find(file, 'live/test'), 'correct-horse')
  assert.equal(find(file, 'live/other'), 'battery-staple')
  assert.equal(find(file, 'live/nobody'), undefined)
})

test('passphrase file: a name counts before patterns, of which the first that fits counts', () => {
  const file = `
    cam/**: first-pattern
    cam/roof/*: second-pattern
    cam/roof/north: its-own-name
    public/**: ""`
  assert.equal(find(file, 'cam/roof/north'), 'its-own-name')
  assert.equal(find(file, 'cam/roof/south'), 'first-pattern')
  assert.equal(find(file, 'public/test'), '')
})

test('passphrase file: 10 to 79 bytes make a passphrase', () => {
  for (const passphrase of ['x'.repeat(10), 'x'.repeat(79), 'ä'.repeat(5), '']) {
    assert.equal(find(JSON.stringify({ a: passphrase }), 'a'), passphrase)
  }
})

for (const [what, text, rule] of [
  ['is empty', '', 'it must be a map of streams and passphrases'],
  ['names nothing', '{}', 'it must name a stream, is empty'],
  ['is a list', '["secret-secret"]', 'it must be a map of streams and passphrases'],
  ['is a text', 'secret-secret', 'it must be a map of streams and passphrases'],
  ['is cut', '{"live/test": "secret-sec', 'line 1 is no YAML (MISSING_CHAR)'],
  ['names a stream twice', '{"a": "secret-secret",\n"a": "secret-second"}', 'line 2 is no YAML (DUPLICATE_KEY)'],
  ['has a short one', '{"a": "secret-9b"}', 'the passphrase of "a" must be a text of 10 to 79 bytes, or ""'],
  ['has a long one', `{"a": "${'x'.repeat(80)}"}`, 'the passphrase of "a" must be a text of 10 to 79 bytes, or ""'],
  ['has a number', '{"a": 12345678901}', 'the passphrase of "a" must be a text of 10 to 79 bytes, or ""'],
  ['has a map', '{"a": {"b": "secret-secret"}}', 'the passphrase of "a" must be a text of 10 to 79 bytes, or ""'],
  [
    'names no stream',
    '{"live test": "secret-secret"}',
    '"live test" must be the name of a stream or a pattern such as live/**',
  ],
] as const) {
  test(`passphrase file: one that ${what} is refused, without a word of it`, () => {
    const message = `Cannot use the passphrase file: ${rule}`
    assert.throws(() => parsePassphraseFile(text), new ConfigError('srt.passphraseFile', message))
  })
}
