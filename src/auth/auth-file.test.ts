import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ConfigError } from '../core/errors.ts'
import { parseAuthFile } from './auth-file.ts'

const whole = `
users:
  - user: eva
    password: hunter2
    allow:
      - publish play on live/** from 10.0.0.0/8
      - api
  - { user: 42, password: "sha256:6nHCWnpgIka0w5gkuFVniJSpb0O7m3ExnDlwCh4EUiI=", allow: play }
tokens:
  - token: hunter3
    allow: [play on cam/*]
rules:
  - allow play on public/**
`

test('auth file: users, tokens and rules', () => {
  const file = parseAuthFile(whole)
  assert.deepEqual([...file.users.keys()], ['eva', '42'])
  assert.deepEqual(
    file.users.get('eva')?.grants.map(({ actions, paths, networks }) => [actions, paths.length, networks.length]),
    [
      [['publish', 'play'], 1, 1],
      [['api'], 0, 0],
    ],
  )
  assert.equal(file.tokens[0]?.grants[0]?.paths[0]?.text, 'cam/*')
  assert.deepEqual(
    file.rules.map(({ isAllowed }) => isAllowed),
    [true],
  )
})

test('auth file: JSON, indented by tabs or not', () => {
  const json = { users: [{ user: 'eva', password: 'x', allow: ['any'] }] }
  for (const indent of [undefined, 2, '\t'])
    assert.equal(parseAuthFile(JSON.stringify(json, null, indent)).users.size, 1)
})

test("auth file: go-rtmp's form, streams and their tokens", () => {
  const { tokens } = parseAuthFile('{"live/test": "secret", "live/other": "more"}')
  assert.deepEqual(
    tokens.map(({ grants }) => [grants[0]?.actions, grants[0]?.paths[0]?.text]),
    [
      [['publish', 'play'], 'live/test'],
      [['publish', 'play'], 'live/other'],
    ],
  )
})

for (const { text, rule } of [
  { text: '', rule: /is empty/ },
  { text: '# nothing\n', rule: /is empty/ },
  { text: 'hunter2', rule: /the file must be a map/ },
  { text: '[hunter2]', rule: /the file must be a map/ },
  { text: 'users: [{user: eva, password: hunter2', rule: /line 1 is no YAML/ },
  { text: '{"users": [{"user": "eva", "password": "hunter2"', rule: /is no YAML/ },
  { text: 'live/test: hunter2\n---\nlive/other: hunter2\n', rule: /line 2 is no YAML \(MULTIPLE_DOCS\)/ },
  { text: 'users: [{user: eva, password: hunter2}]', rule: /users\[0\]\.allow must say what is allowed/ },
  { text: 'users: [{user: eva, password: hunter2, allow: [watch]}]', rule: /users\[0\]\.allow\[0\] must be ACTION/ },
  { text: 'users: [{user: eva, password: "", allow: play}]', rule: /users\[0\]\.password must be/ },
  { text: 'users: [{user: eva, password: "$2b$hunter2", allow: play}]', rule: /users\[0\]\.password must be/ },
  { text: 'users: [{password: hunter2, allow: play}]', rule: /users\[0\]\.user must be a text/ },
  {
    text: 'users: [{user: a, pass: hunter2, allow: play}]',
    rule: /users\[0\] may have the keys user, password, allow/,
  },
  { text: 'users: {eva: hunter2}', rule: /users must be a list/ },
  {
    text: 'users: [{user: a, password: x, allow: play}, {user: a, password: y, allow: api}]',
    rule: /"a" stands there twice/,
  },
  { text: 'tokens: [{token: "$scrypt$hunter2", allow: play}]', rule: /tokens\[0\]\.token must be/ },
  { text: 'rules: [permit hunter2]', rule: /rules\[0\] must be allow or deny/ },
  { text: 'live//test: hunter2', rule: /"live\/\/test" must be a path/ },
  { text: 'extra: [1]\nusers: []', rule: /the file may have the keys users, tokens, rules/ },
  { text: 'a: &a [x, x]\nb: &b [*a, *a]\nusers: *c', rule: /./ },
]) {
  test(`auth file: ${JSON.stringify(text.slice(0, 60))} is refused, and no secret shown`, () => {
    assert.throws(
      () => parseAuthFile(text),
      error => {
        assert(error instanceof ConfigError)
        assert.match(error.message, rule)
        assert.doesNotMatch(error.message, /hunter/)
        return true
      },
    )
  })
}

test('auth file: cut at any byte it is read or refused, and never lets in more', () => {
  for (let size = 0; size < whole.length; size++) {
    try {
      const { users, tokens, rules } = parseAuthFile(whole.slice(0, size))
      assert.ok(users.size <= 2 && tokens.length <= 1 && rules.length <= 1)
    } catch (error) {
      assert(error instanceof ConfigError, String(error))
    }
  }
})

test('auth file: no text is a fault', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .array(fc.constantFrom('users', ':', ' ', '\n', '-', '[', '{', 'a', '&a', '*a', '!!'))
      .map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(text, source => {
      try {
        parseAuthFile(source)
      } catch (error) {
        assert(error instanceof ConfigError, String(error))
      }
    }),
    { seed: 20_261_121, numRuns: 1000 },
  )
})
