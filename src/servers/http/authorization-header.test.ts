import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { decodeAuthorization } from './authorization-header.ts'

for (const { field, shown } of [
  // RFC 7617 §2 and §2.1.
  { field: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', shown: { user: 'Aladdin', password: 'open sesame' } },
  { field: 'Basic dGVzdDoxMjPCow==', shown: { user: 'test', password: '123£' } },
  { field: 'basic OmE6Yg==', shown: { user: '', password: 'a:b' } },
  // RFC 6750 §2.1.
  { field: 'Bearer mF_9.B5f-4.1JqM', shown: { token: 'mF_9.B5f-4.1JqM' } },
  { field: 'BEARER  abc ', shown: { token: 'abc' } },
  { field: 'Bearer eva:p:q', shown: { user: 'eva', password: 'p:q' } },
  { field: undefined, shown: {} },
  { field: '', shown: {} },
  { field: 'Basic', shown: {} },
  { field: 'Basic bm9jb2xvbg==', shown: {} },
  { field: 'Digest username="eva"', shown: {} },
  { field: 'Bearer a b', shown: {} },
]) {
  test(`authorization header: ${field}`, () => assert.deepEqual(decodeAuthorization(field), shown))
}

test('authorization header: no text is a fault', () => {
  const field = fc.tuple(fc.constantFrom('Basic ', 'Bearer ', ''), fc.string()).map(parts => parts.join(''))
  fc.assert(
    fc.property(field, text => void decodeAuthorization(text)),
    { seed: 20_261_121 },
  )
})
