import type { TlsOptions } from 'node:tls'
import type { Certificate } from '../contracts/certificates.ts'
import type { ProtocolFault } from '../core/errors.ts'
import { opensslReason } from './openssl-reason.ts'
import type { TlsVersion } from './tls-config.ts'

/**
 * What a listener offers, best first: AES with 128 bits costs a media server a quarter less than with 256, and is as
 * good as unbreakable. All of them keep what was recorded unreadable when the key becomes known.
 *
 * @see RFC 9325 §4.2 (recommended cipher suites)
 */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** How every TLS listener speaks with this certificate. */
export function tlsOptions({ cert, key }: Certificate, maxVersion: TlsVersion): TlsOptions {
  return { cert, key, ciphers, minVersion: 'TLSv1.2', maxVersion: `TLSv${maxVersion}`, honorCipherOrder: true }
}

/** What is wrong with a peer whose handshake failed; `undefined` if it only left. */
export function handshakeFault(error: NodeJS.ErrnoException): { fault: ProtocolFault; reason: string } | undefined {
  const { code = '', message } = error
  if (code === 'ECONNRESET' || code === 'EPIPE') return undefined
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return { fault: 'timeout', reason: 'it took too long' }
  if (plainText.includes(code)) return { fault: 'malformed', reason: 'the peer does not speak TLS' }
  if (distrust.test(code)) return { fault: 'unsupported', reason: 'the peer does not trust the certificate' }
  const isUnsupported = /UNSUPPORTED|NO_SHARED|NO_SUITABLE|VERSION_TOO_LOW/.test(code)
  return { fault: isUnsupported ? 'unsupported' : 'malformed', reason: opensslReason(message) }
}

/** The alerts of a peer that refuses the certificate. @see RFC 8446 §6.2 */
const distrust = /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|UNSUPPORTED_CERTIFICATE)$/

/** What OpenSSL says of bytes that are no TLS record. */
const plainText: readonly string[] = [
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_HTTPS_PROXY_REQUEST',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]
