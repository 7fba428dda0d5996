import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { malformed, readWord, writeWord } from './packet.ts'

/** Length of a stream encrypting key: AES-128, AES-192 or AES-256. */
export type KeyLength = 16 | 24 | 32

/** Source: SRT draft §3.2.1, table 2. */
export const defaultKeyLength: KeyLength = 16

/** The key length that an Encryption Field advertises; `undefined` for none. Source: SRT draft §3.2.1, table 2. */
export function advertisedKeyLength(encryptionField: number): KeyLength | undefined {
  const length = encryptionField * 8
  return length === 16 || length === 24 || length === 32 ? length : undefined
}

/** Which stream encrypting keys a message holds. */
export type HeldKeys = 'even' | 'odd' | 'both'

/** Keys of the stream, wrapped with the key that comes from the passphrase. */
export type KeyMaterial = {
  readonly keys: HeldKeys
  readonly keyLength: KeyLength
  /** 16 bytes. */
  readonly salt: Uint8Array
  /** The even key, the odd key, or both in this order, wrapped together. */
  readonly wrapped: Uint8Array
}

/** Version 1, packet type 2, and the signature "HAI". */
const signature = 0x1220_2900
const AES_CTR = 2
const noAuthentication = 0
/** SE: MPEG-TS over SRT, whatever the payload is. */
const srtEncapsulation = 2
const saltSize: Bytes = 16
const headSize: Bytes = 16
/** What wrapping adds. Source: RFC 3394 §2.2.1. */
const integritySize: Bytes = 8

const heldKeys: readonly (HeldKeys | undefined)[] = [undefined, 'even', 'odd', 'both']

/**
 * Decode a key material message. What it holds as bytes are views.
 *
 *     |S| V |  PT   |       sign "HAI"      |  resv1  |KK |
 *     |                      KEKI                         |
 *     |  cipher   |   auth    |     SE    |    resv2      |
 *     |        resv3          |   SLen/4  |    KLen/4     |
 *     |  salt, SLen bytes;  wrapped keys, n * KLen + 8    |
 *
 * @throws {ProtocolError} `unsupported` for another cipher than AES-CTR.
 * @see SRT draft §3.2.2
 */
export function decodeKeyMaterial(bytes: Uint8Array): KeyMaterial {
  if (bytes.length < headSize + saltSize) {
    throw malformed(`key material: it must have ${headSize + saltSize} bytes, has ${bytes.length}`)
  }
  const head = readWord(bytes, 0)
  if ((head & ~3) >>> 0 !== signature) throw malformed(`key material: it must begin with its signature, has ${head}`)
  checkCipher(readWord(bytes, 8))
  const keys = heldKeys[head & 3]
  if (keys === undefined) throw malformed('key material: it must hold a key')
  const [saltWords, keyWords] = [bytes[14] ?? 0, bytes[15] ?? 0]
  if (saltWords * 4 !== saltSize) throw malformed(`key material: its salt must have 4 words, has ${saltWords}`)
  const keyLength = keyLengthOf(keyWords)
  const end = headSize + saltSize + wrappedSize(keys, keyLength)
  if (bytes.length < end) throw malformed(`key material: it must have ${end} bytes, has ${bytes.length}`)
  return {
    keys,
    keyLength,
    salt: bytes.subarray(headSize, headSize + saltSize),
    wrapped: bytes.subarray(headSize + saltSize, end),
  }
}

export function encodeKeyMaterial({ keys, keyLength, salt, wrapped }: KeyMaterial): Uint8Array {
  const bytes = new Uint8Array(headSize + salt.length + wrapped.length)
  writeWord(bytes, 0, signature | heldKeys.indexOf(keys))
  writeWord(bytes, 8, (AES_CTR << 24) | (noAuthentication << 16) | (srtEncapsulation << 8))
  writeWord(bytes, 12, ((salt.length / 4) << 8) | (keyLength / 4))
  bytes.set(salt, headSize)
  bytes.set(wrapped, headSize + salt.length)
  return bytes
}

function checkCipher(word: number): void {
  const cipher = word >>> 24
  if (cipher !== AES_CTR || ((word >>> 16) & 0xff) !== noAuthentication) {
    throw new ProtocolError(
      'srt',
      'unsupported',
      `Cannot read SRT key material: its cipher must be AES-CTR, is ${cipher}`,
    )
  }
}

function keyLengthOf(words: number): KeyLength {
  if (words === 4) return 16
  if (words === 6) return 24
  if (words === 8) return 32
  throw malformed(`key material: a key must have 4, 6 or 8 words, has ${words}`)
}

function wrappedSize(keys: HeldKeys, keyLength: KeyLength): Bytes {
  return (keys === 'both' ? 2 : 1) * keyLength + integritySize
}

/** What answers key material that cannot be used, instead of the material itself. Source: SRT draft §3.2.1.2. */
export const keyStates = { unsecured: 0, noSecret: 3, badSecret: 4 } as const

export function encodeKeyState(state: number): Uint8Array {
  const bytes = new Uint8Array(4)
  writeWord(bytes, 0, state)
  return bytes
}
