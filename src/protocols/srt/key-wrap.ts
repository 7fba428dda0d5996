import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, pbkdf2 } from 'node:crypto'
import type { KeyLength } from './key-material.ts'

/** Source: RFC 3394 §2.2.3.1. */
const defaultInitialValue = new Uint8Array(8).fill(0xa6)
/** Source: SRT draft §6.1.4. */
const iterations = 2048

/**
 * Derive the key that wraps keys from a passphrase. Takes a millisecond of another thread.
 *
 * @see SRT draft §6.2.1, RFC 8018 §5.2
 */
export function deriveWrappingKey(passphrase: string, salt: Uint8Array, keyLength: KeyLength): Promise<KeyObject> {
  const { promise, resolve, reject } = Promise.withResolvers<KeyObject>()
  pbkdf2(passphrase, salt.subarray(8), iterations, keyLength, 'sha1', (error, key) => {
    if (error === null) resolve(createSecretKey(key))
    else reject(error)
  })
  return promise
}

/** @see RFC 3394 §2.2.1 */
export function wrapKeys(wrappingKey: KeyObject, keys: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cipherName(wrappingKey), wrappingKey, defaultInitialValue)
  return Buffer.concat([cipher.update(keys), cipher.final()])
}

/**
 * The keys, or `undefined` if they were wrapped with another key.
 *
 * @see RFC 3394 §2.2.2
 */
export function unwrapKeys(wrappingKey: KeyObject, wrapped: Uint8Array): Uint8Array | undefined {
  const decipher = createDecipheriv(cipherName(wrappingKey), wrappingKey, defaultInitialValue)
  try {
    return Buffer.concat([decipher.update(wrapped), decipher.final()])
  } catch {
    return undefined
  }
}

function cipherName({ symmetricKeySize = 0 }: KeyObject): string {
  return `id-aes${symmetricKeySize * 8}-wrap`
}
