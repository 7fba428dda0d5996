import { ConnectionError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import type { ObjectRange, S3ObjectStore } from './s3-object-store.ts'

/** s3rver takes a range of the first byte for none. */
const firstPart: Bytes = 16

/** One object of a bucket as it was when it was opened. One that is put in its place is another. */
export class S3Object {
  /** Without its folders. */
  readonly name: string
  readonly size: Bytes
  readonly #store: Pick<S3ObjectStore, 'place' | 'range'>
  readonly #key: string
  readonly #tag: string

  private constructor(store: Pick<S3ObjectStore, 'place' | 'range'>, key: string, { size, tag }: ObjectRange) {
    this.#store = store
    this.#key = key
    this.#tag = tag
    this.name = key.slice(key.lastIndexOf('/') + 1)
    this.size = size
  }

  /** @throws {RefusedError} If it is not there, or may not be read. @throws {ConnectionError} */
  static async open(store: S3ObjectStore, key: string): Promise<S3Object> {
    return new S3Object(store, key, await store.range(key, 0, firstPart))
  }

  /** From `start` up to, and without, `end`, which lie within it. @throws {RefusedError} @throws {ConnectionError} */
  async read(start: Bytes, end: Bytes): Promise<Uint8Array> {
    const { bytes, tag } = await this.#store.range(this.#key, start, end)
    if (tag === this.#tag) return bytes
    throw new ConnectionError(`Cannot use ${this.#store.place}: the object was replaced while it was read`)
  }
}
