import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { ReloadedFile } from '../config/reloaded-file.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import { ConfigError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { authFileCodes } from './auth-file-codes.ts'

export type SigningKeysOptions = {
  /** A URL or a file with a JSON Web Key Set. */
  readonly jwks: string
  /** Age at which keys of a URL are fetched again. */
  readonly refresh: Milliseconds
  /** Shortest time between two fetches because of a key that is not there. */
  readonly cooldown: Milliseconds
  readonly clock: Clock
  readonly log: Log
}

/** Keys are there or they are not: a token with a key that is not among them is no reason to doubt the others. */
export class KeysUnavailable extends Error {}

/** The public keys that tokens are signed with. @see RFC 7517 §5 (JWK Set) */
export type SigningKeys = {
  /** @throws {KeysUnavailable} If the keys cannot be had. @throws jose's errors if none of them fits. */
  readonly find: JWTVerifyGetKey
  /** Set if the keys come from a file. */
  readonly file?: ReloadedFile<JWTVerifyGetKey>
}

/** The keys at a URL, fetched when they are needed, or in a file, read when it changes. */
export function signingKeys(options: SigningKeysOptions): SigningKeys {
  const { jwks, refresh, cooldown } = options
  if (/^https?:/i.test(jwks)) {
    const set = createRemoteJWKSet(new URL(jwks), { cacheMaxAge: refresh, cooldownDuration: cooldown })
    return { find: (header, token) => set(header, token).catch(explain) }
  }
  const place = { path: jwks, key: 'auth.jwt.jwks', what: 'key file', codes: authFileCodes }
  const file = new ReloadedFile({ ...options, ...place, parse: parseKeys })
  const find: JWTVerifyGetKey = async (header, token) => {
    if (file.value === undefined) throw new KeysUnavailable('the key file is not open')
    return file.value(header, token)
  }
  return { find, file }
}

/** @throws {ConfigError} If the text is no key set; it is not shown, as it might hold a private key. */
function parseKeys(text: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(text) as Parameters<typeof createLocalJWKSet>[0])
  } catch {
    throw new ConfigError('auth.jwt.jwks', 'Cannot use the key file: it must be a JSON Web Key Set, {"keys":[…]}')
  }
}

/** What is the token's fault stays as it is; everything else is the keys'. */
function explain(error: unknown): never {
  const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = errors
  const isTokens = [JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported].some(kind => error instanceof kind)
  if (isTokens) throw error
  throw new KeysUnavailable(error instanceof errors.JOSEError ? error.code : 'no answer', { cause: error })
}
