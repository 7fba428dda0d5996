import { createHash, scrypt, timingSafeEqual } from 'node:crypto'
import type { Bytes } from '../core/units.ts'

/** A secret as it is kept: never as plain text, so that each comparison takes the same time. */
export type StoredSecret =
  | { readonly kind: 'sha256'; readonly digest: Buffer }
  | { readonly kind: 'scrypt'; readonly cost: ScryptCost; readonly salt: Buffer; readonly digest: Buffer }

/** @see RFC 7914 §2 */
export type ScryptCost = { readonly N: number; readonly r: number; readonly p: number }

/** Forms of a stored secret, for error messages. */
export const secretForm = 'a plain text, sha256:DIGEST in base64 or hex, or $scrypt$ln=15,r=8,p=1$SALT$DIGEST'

/** What one comparison may take: ln=17, r=8. */
const maxScryptMemory: Bytes = 160 * 1024 * 1024
const maxScryptRounds = 16

/**
 * Read a secret as an operator writes it: plain, `sha256:` and its digest, or scrypt as a PHC string. A text that begins
 * like one of the hashed forms and is none is `undefined`, never a plain secret.
 *
 * @see https://github.com/P-H-C/phc-string-format
 */
export function parseSecret(text: string): StoredSecret | undefined {
  if (text === '') return undefined
  if (text.startsWith('sha256:')) return parseSha256(text.slice('sha256:'.length))
  if (text.startsWith('$')) return parseScrypt(text)
  return { kind: 'sha256', digest: sha256(text) }
}

/** True if `shown` is the secret. Takes the same time for every `shown` of the same length. */
export async function isSecret(shown: string, stored: StoredSecret): Promise<boolean> {
  const digest = stored.kind === 'sha256' ? sha256(shown) : await derive(shown, stored)
  return timingSafeEqual(digest, stored.digest)
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}

function parseSha256(text: string): StoredSecret | undefined {
  const isHex = /^[0-9a-f]{64}$/i.test(text)
  if (!isHex && !/^[A-Za-z0-9+/]{43}=?$/.test(text)) return undefined
  return { kind: 'sha256', digest: Buffer.from(text, isHex ? 'hex' : 'base64') }
}

function parseScrypt(text: string): StoredSecret | undefined {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(
    text,
  )
  if (match === null) return undefined
  const [, ln, r, p, salt = '', digest = ''] = match
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p) }
  const isUsable = cost.N > 1 && cost.r > 0 && cost.p > 0 && cost.p <= maxScryptRounds
  if (!isUsable || memoryOf(cost) > maxScryptMemory) return undefined
  return { kind: 'scrypt', cost, salt: Buffer.from(salt, 'base64'), digest: Buffer.from(digest, 'base64') }
}

function memoryOf({ N, r, p }: ScryptCost): Bytes {
  return 128 * r * (N + p)
}

function derive(shown: string, { cost, salt, digest }: StoredSecret & { kind: 'scrypt' }): Promise<Buffer> {
  const maxmem = memoryOf(cost) + 1024 * 1024
  return new Promise((resolve, reject) => {
    scrypt(shown, salt, digest.length, { ...cost, maxmem }, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
