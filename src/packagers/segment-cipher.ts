import { createCipheriv } from 'node:crypto'
import type { KeptBytes } from '../contracts/segments.ts'
import type { Bytes } from '../core/units.ts'

/** What a segment is encrypted with. */
export type CipherKey = { readonly key: Uint8Array; readonly iv: Uint8Array }

type Encrypted = { readonly key: Uint8Array; readonly bytes: Uint8Array }

/** Of AES. What is encrypted is filled up to whole blocks, by a block if it is whole. */
const blockSize: Bytes = 16

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

  /**
   * The same of a segment that is read piece by piece. Each block depends on all before it, so a range is encrypted from
   * the beginning, up to its end.
   */
  encryptPieces(segment: KeptBytes, cipher: CipherKey): KeptBytes {
    const size = segment.size - (segment.size % blockSize) + blockSize
    return { size, read: (start, end) => within(this.#encryptedPieces(segment, cipher), start, end) }
  }

  async *#encryptedPieces(segment: KeptBytes, { key, iv }: CipherKey): AsyncGenerator<Uint8Array> {
    const cipher = createCipheriv('aes-128-cbc', key, iv)
    this.totals.segments++
    for await (const piece of segment.read(0, segment.size)) {
      const bytes = cipher.update(piece)
      this.totals.bytes += bytes.length
      yield bytes
    }
    const last = cipher.final()
    this.totals.bytes += last.length
    yield last
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

async function* within(pieces: AsyncIterable<Uint8Array>, start: Bytes, end: Bytes): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const piece of pieces) {
    const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
    at += piece.length
    if (wanted.length > 0) yield wanted
    if (at >= end) return
  }
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
