import { hkdfSync } from 'node:crypto'
import type { Bytes } from '../core/units.ts'

/** Names a key of a stream. */
export type KeyName = {
  /** Number of the first segment that it is for. */
  readonly from: number
  /** Tells which secret it was derived from: eight hexadecimal digits. */
  readonly sign: string
}

/** The key of the segment of a number; `undefined` if that is to be in the clear. */
export type KeyFor = (number: number) => KeyName | undefined

/** That of AES-128. */
const keySize: Bytes = 16
/** Tells secrets apart, and is too little to guess one by. */
const signSize: Bytes = 4

/**
 * The keys of encrypted segments. They are derived and not kept: who knows the secret has all of them, in every process
 * and after every restart. Their names tell the secret apart from others, so that no cache mixes up what was encrypted
 * under two of them.
 *
 * @see RFC 5869 (HKDF with SHA-256; the name of the stream is the salt)
 */
export class SegmentKeys {
  readonly #secret: string | Uint8Array

  constructor(secret: string | Uint8Array) {
    this.#secret = secret
  }

  /** The key of a stream for the segments from that number on. */
  nameOf(stream: string, from: number): KeyName {
    return { from, sign: this.#derive(stream, 'sign', signSize).toString('hex') }
  }

  /** Its 16 bytes; `undefined` for the name of a key under another secret. */
  find(stream: string, { from, sign }: KeyName): Uint8Array | undefined {
    return this.nameOf(stream, from).sign === sign ? this.#derive(stream, `key ${from}`, keySize) : undefined
  }

  #derive(stream: string, use: string, size: Bytes): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, stream, `sluice hls ${use}`, size))
  }
}
