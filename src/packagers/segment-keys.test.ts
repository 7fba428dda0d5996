import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SegmentKeys } from './segment-keys.ts'

const keys = new SegmentKeys('correct horse battery staple')
const from = 1_795_251_570

test('segment keys: are what OpenSSL 3.0.19 derives by RFC 5869', () => {
  // openssl kdf -keylen 16 -kdfopt digest:SHA256 -kdfopt key:'correct horse battery staple' -kdfopt salt:live/test
  //   -kdfopt info:'sluice hls key 1795251570' HKDF
  const key = keys.find('live/test', { from, sign: 'd5e6609e' })
  assert.equal(Buffer.from(key ?? []).toString('hex'), '557240e43b354bcbb9a7b1c1fd34a317')
  // … -keylen 4 … -kdfopt info:'sluice hls sign' HKDF
  assert.deepEqual(keys.nameOf('live/test', from), { from, sign: 'd5e6609e' })
})

test('segment keys: differ by stream, by number and by secret', () => {
  const others = new SegmentKeys('correct horse battery stable')
  const derived = [
    keys.find('live/test', keys.nameOf('live/test', from)),
    keys.find('live/test', keys.nameOf('live/test', from + 1)),
    keys.find('live/other', keys.nameOf('live/other', from)),
    others.find('live/test', others.nameOf('live/test', from)),
  ].map(key => Buffer.from(key ?? []).toString('hex'))
  assert.ok(derived.every(hex => hex.length === 32))
  assert.equal(new Set(derived).size, derived.length)
})

test('segment keys: a name under another secret, or of another stream, opens nothing', () => {
  const others = new SegmentKeys('correct horse battery stable')
  assert.equal(keys.find('live/test', others.nameOf('live/test', from)), undefined)
  assert.equal(keys.find('live/other', keys.nameOf('live/test', from)), undefined)
})
