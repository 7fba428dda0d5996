import assert from 'node:assert/strict'
import { test } from 'vitest'
import { handshakeFault } from './tls-options.ts'

/** From Node.js 24.21, after `openssl s_client -verify_return_error` of OpenSSL 3.0 had not trusted the certificate. */
const unknownCa =
  '40CDC908A17F0000:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:918:SSL alert number 48\n'

test('TLS handshake: a peer that does not trust the certificate is told from one that breaks the rules', () => {
  const error = Object.assign(new Error(unknownCa), { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' })
  assert.deepEqual(handshakeFault(error), { fault: 'unsupported', reason: 'the peer does not trust the certificate' })
})

test('TLS handshake: a peer that only left has done nothing wrong', () => {
  assert.equal(handshakeFault(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })), undefined)
})
