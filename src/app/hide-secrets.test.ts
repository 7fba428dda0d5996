import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hideSecrets, hideUrlSecrets } from './hide-secrets.ts'

test('hide secrets: fields that are named like secrets', () => {
  const fields = { password: 'a', srtPassphrase: 'b', authToken: 'c', streamKey: 'd', pass: 'e', Authorization: 'f' }
  for (const value of Object.values(hideSecrets(fields))) assert.equal(value, '[hidden]')
})

test('hide secrets: other fields stay', () => {
  const fields = { stream: 'live/test', bytes: 5, key: true, passed: 3, bypass: 1, token: undefined, password: '' }
  assert.deepEqual(hideSecrets(fields), fields)
})

for (const [text, shown] of [
  ['rtmp://host/live/test', 'rtmp://host/live/test'],
  ['rtmp://user:pa55@host/live', 'rtmp://user:[hidden]@host/live'],
  ['rtmp://user@host/live', 'rtmp://user@host/live'],
  ['publish live/test?user=me&pass=pa55&x=1', 'publish live/test?user=me&pass=[hidden]&x=1'],
  ['GET /live/test.flv?token=abc.def HTTP', 'GET /live/test.flv?token=[hidden] HTTP'],
  ['/live/test.flv?jwt=abc.def', '/live/test.flv?jwt=[hidden]'],
  ['srt://h:1?passphrase=0123456789', 'srt://h:1?passphrase=[hidden]'],
  ['12:30:00 nothing here @home', '12:30:00 nothing here @home'],
] as const) {
  test(`hide secrets: "${text}" shows no password`, () => {
    assert.equal(hideUrlSecrets(text), shown)
    assert.deepEqual(hideSecrets({ url: text }), { url: shown })
  })
}
