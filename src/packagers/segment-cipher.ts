import { createCipheriv } from 'node:crypto'
import type { Bytes } from '../core/units.ts'

/** What a segment is encrypted with. */
export type CipherKey = { readonly key: Uint8Array; readonly iv: Uint8Array }

type Encrypted = { readonly key: Uint8Array; readonly bytes: Uint8Array }

/** Encrypts segments, each once for all who ask for it: what comes out is there for as long as the segment itself. */
export class SegmentCipher {
  readonly totals: { segments: number; bytes: Bytes } = { segments: 0, bytes: 0 }
  readonly #encrypted = new WeakMap<Uint8Array, Encrypted>()

  /** @param segment Never changed. Its identity is what it is known by, with the newest key that was asked for. */
  encrypt(segment: Uint8Array, { key, iv }: CipherKey): Uint8Array {
    const known = this.#encrypted.get(segment)
    if (known !== undefined && Buffer.compare(known.key, key) === 0) return known.bytes
    const bytes = encryptSegment(segment, { key, iv })
    this.#encrypted.set(segment, { key, bytes })
    this.totals.segments++
    this.totals.bytes += bytes.length
    return bytes
  }
}

/**
 * A whole segment, in AES-128 with cipher block chaining and PKCS #7 padding.
 *
 * @see RFC 8216bis §4.4.4.4 (METHOD=AES-128), RFC 5652 §6.3 (padding)
 */
export function encryptSegment(segment: Uint8Array, { key, iv }: CipherKey): Uint8Array {
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  return Buffer.concat([cipher.update(segment), cipher.final()])
}

const ivSize: Bytes = 16

/**
 * The initialisation vector of a segment: no two that share a key have the same.
 *
 *     +--------------------------+------------------+
 *     | rendition, ASCII, padded | number           |
 *     | with zeros      8 bytes  | big end  8 bytes |
 *     +--------------------------+------------------+
 */
export function segmentIv(rendition: string, number: number): Uint8Array {
  const iv = Buffer.alloc(ivSize)
  iv.write(rendition, 0, 8, 'ascii')
  iv.writeBigUInt64BE(BigInt(number), 8)
  return iv
}
