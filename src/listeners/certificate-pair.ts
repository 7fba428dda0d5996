import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Certificate } from '../contracts/certificates.ts'
import { ConfigError, reasonOf } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'

/** A certificate that belongs to its key, and what it says of itself. */
export type CertificatePair = Certificate & {
  /** Wall-clock times between which clients accept it. */
  readonly validFrom: Milliseconds
  readonly validTo: Milliseconds
  /** The names that it is for, as it writes them. */
  readonly names: string
}

/** The keys of the configuration that name the two files, and the files. */
export type CertificatePlace = {
  /** The section: `rtmp.tls`. */
  readonly section: string
  readonly cert: string
  readonly key: string
}

/**
 * Put a certificate and its key together.
 *
 * @throws {ConfigError} If one of them is no PEM, or if they do not belong together; in words without the key.
 */
export function pairCertificate({ cert, key }: Certificate, place: CertificatePlace): CertificatePair {
  const x509 = parseCertificate(cert, place)
  if (!x509.checkPrivateKey(parseKey(key, place))) {
    throw wrongFile(place, 'cert', `it must belong to the key in ${place.key}`)
  }
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw wrongFile(place, 'cert', `TLS must accept it, says: ${reasonOf(error)}`)
  }
  return {
    cert,
    key,
    validFrom: Date.parse(x509.validFrom),
    validTo: Date.parse(x509.validTo),
    names: x509.subjectAltName ?? x509.subject,
  }
}

/** Why clients will not accept the certificate at `now`; `undefined` if nothing is known against it. */
export function timeProblem({ validFrom, validTo }: CertificatePair, now: Milliseconds): string | undefined {
  if (now > validTo) return `has expired on ${new Date(validTo).toISOString()}`
  if (now < validFrom) return `is not valid before ${new Date(validFrom).toISOString()}`
  return undefined
}

/** The operator's file is wrong; the message names the key of the configuration and the file. */
export function wrongFile(place: CertificatePlace, key: 'cert' | 'key', rule: string): ConfigError {
  return new ConfigError(`${place.section}.${key}`, `Cannot use ${place.section}.${key} (${place[key]}): ${rule}`)
}

function parseCertificate(pem: string, place: CertificatePlace): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw wrongFile(place, 'cert', 'it must be a certificate in PEM')
  }
}

function parseKey(pem: string, place: CertificatePlace): KeyObject {
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw wrongFile(place, 'key', 'it must be a private key without a passphrase')
  }
  try {
    return createPrivateKey(pem)
  } catch {
    throw wrongFile(place, 'key', 'it must be a private key in PEM')
  }
}
