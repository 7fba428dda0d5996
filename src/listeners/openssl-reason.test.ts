import assert from 'node:assert/strict'
import { test } from 'vitest'
import { opensslReason } from './openssl-reason.ts'

/** From Node.js 24.21, after `openssl s_client -verify_return_error` of OpenSSL 3.0 had not trusted the certificate. */
const unknownCa =
  '40CDC908A17F0000:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:918:SSL alert number 48\n'

test('openssl: a reason is shown without the place in the sources', () => {
  assert.equal(opensslReason(unknownCa), 'tlsv1 alert unknown ca')
})

test('openssl: a message of somebody else stays as it is', () => {
  assert.equal(opensslReason('read ETIMEDOUT'), 'read ETIMEDOUT')
})
