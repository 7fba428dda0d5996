import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readDocument } from '../config/document.ts'
import { hideSecrets, restoreSecrets } from '../config/document-secrets.ts'
import type { DocumentProblem } from '../core/errors.ts'
import { streamAccessConfig } from './stream-access.ts'

function problemsOf(json: unknown): readonly DocumentProblem[] {
  const reading = readDocument(streamAccessConfig, json)
  return reading.ok ? [] : reading.problems
}

const digest = 'sha256:K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols='

test('stream access: rules and tokens are those of the configuration, without paths', () => {
  assert.deepEqual(problemsOf({}), [])
  const rules = ['allow play', 'deny any from 203.0.113.0/24 fd00::/8', 'allow publish play from 10.0.0.1']
  assert.deepEqual(problemsOf({ rules, token: ['publish=a=b=', 'play=x', `any=${digest}`] }), [])
})

test('stream access: everything that is none is said at its place, and no token is shown', () => {
  const rules = ['allow play', 'allow play on live/**', 'permit play', 'deny api', 'allow viewer', 'allow', 7]
  const token = ['publish=fine', 'hunter2', 'api=hunter2', 'play=', 'live/test=hunter2', 'play=***', 'play=$hunter2']
  const problems = problemsOf({ rules, token, mode: 'none' })
  assert.deepEqual(
    problems.map(({ pointer }) => pointer),
    ['/mode', ...[1, 2, 3, 4, 5, 6].map(at => `/rules/${at}`), ...[1, 2, 3, 4, 5, 6].map(at => `/token/${at}`)],
  )
  assert.equal(
    problems[2]?.detail,
    'It must be one of a list of rules: allow or deny ACTION… [from NETWORK…], where an action is publish, play or any, is "permit play"',
  )
  assert.equal(
    problems.at(-1)?.detail,
    'It must be one of a list of ACTION=TOKEN such as publish=secret or any=secret, is not shown',
  )
  assert.doesNotMatch(JSON.stringify(problems), /hunter2/)
})

test('stream access: of tokens only is shown what they are for, and what is sent back stays what it was', () => {
  const kept = { rules: ['allow play'], token: ['publish=a', 'play=b', 'play=c'] }
  const shown = hideSecrets(streamAccessConfig, kept)
  assert.deepEqual(shown, { rules: ['allow play'], token: ['publish=***', 'play=***', 'play=***'] })
  const restored = (json: unknown) => {
    const problems: DocumentProblem[] = []
    const document = restoreSecrets(streamAccessConfig, json, kept, problems)
    return problems.length === 0 ? document : problems.map(({ pointer }) => pointer)
  }
  assert.deepEqual(restored(shown), kept)
  assert.deepEqual(restored({ token: ['any=new', 'publish=***'] }), { token: ['any=new', 'publish=a'] })
  assert.deepEqual(restored({ token: ['play=***'] }), ['/token/0'])
  assert.deepEqual(hideSecrets(streamAccessConfig, { token: 'hunter2' }), { token: '***' })
})
