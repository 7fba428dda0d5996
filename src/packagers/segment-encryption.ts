import { randomBytes } from 'node:crypto'
import type { SettingsSource } from '../contracts/path-settings.ts'
import type { KeptBytes } from '../contracts/segments.ts'
import { DeniedError } from '../core/errors.ts'
import { SegmentCipher, segmentIv } from './segment-cipher.ts'
import { type KeyFor, type KeyName, SegmentKeys } from './segment-keys.ts'

/** How the segments of one stream are sent. */
export type EncryptionSettings = {
  readonly hlsEncryption: 'none' | 'aes-128'
  /** So many segments have the same key. */
  readonly hlsKeyRotation: number
}

/** Which segment of which rendition. */
export type SegmentPlace = { readonly rendition: string; readonly number: number }

/** No key is for more segments than this. */
export const mostSegmentsPerKey = 1000

/** Encrypts segments for HLS, where that is wanted. Everything else about them is as it would be in the clear. */
export class SegmentEncryption {
  readonly #settings: SettingsSource<EncryptionSettings>
  readonly #keys: SegmentKeys
  readonly #cipher = new SegmentCipher()

  /** @param secret What keys are derived from; empty for one that is as old as the server runs. */
  constructor(settings: SettingsSource<EncryptionSettings>, secret: string) {
    this.#settings = settings
    this.#keys = new SegmentKeys(secret === '' ? randomBytes(32) : secret)
  }

  /** Of what was encrypted. */
  get totals(): SegmentCipher['totals'] {
    return this.#cipher.totals
  }

  /** The keys of a stream, as it is wanted now; `undefined` if it is to be in the clear. */
  keysOf(stream: string): KeyFor | undefined {
    const { hlsEncryption, hlsKeyRotation } = this.#settings.of(stream)
    if (hlsEncryption === 'none') return undefined
    const { sign } = this.#keys.nameOf(stream, 0)
    return number => ({ from: number - (number % hlsKeyRotation), sign })
  }

  /**
   * What is to be encrypted is not sent in the clear.
   *
   * @throws {DeniedError} 403 if the stream is encrypted now.
   */
  assertClear(stream: string): void {
    if (this.#settings.of(stream).hlsEncryption === 'none') return
    throw new DeniedError(403, `Cannot send ${stream} in the clear: it is encrypted for HLS (hls.encryption)`)
  }

  /** The 16 bytes of a key; `undefined` if there is none of that name. */
  keyOf(stream: string, name: KeyName): Uint8Array | undefined {
    return this.#keys.find(stream, name)
  }

  /** The key of a segment that some list has named with it, whatever the settings were then. */
  keyOfSegment(stream: string, number: number, name: KeyName): Uint8Array | undefined {
    const isFor = name.from <= number && name.from > number - mostSegmentsPerKey
    return isFor ? this.#keys.find(stream, name) : undefined
  }

  /** A segment as it is sent. @param bytes Never changed: as long as they are there, they are encrypted once. */
  encrypt(bytes: Uint8Array, { rendition, number }: SegmentPlace, key: Uint8Array): Uint8Array {
    return this.#cipher.encrypt(bytes, { key, iv: segmentIv(rendition, number) })
  }

  /** The same of a segment that is read piece by piece: encrypted for each who asks. */
  encryptPieces(bytes: KeptBytes, { rendition, number }: SegmentPlace, key: Uint8Array): KeptBytes {
    return this.#cipher.encryptPieces(bytes, { key, iv: segmentIv(rendition, number) })
  }
}
