import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { decodeFileHeader, fileHeaderSize } from './file-header.ts'
import { decodeTagHeader, previousTagSizeSize, type TagType, tagHeaderSize, tagTypes } from './tag-header.ts'

/** One tag of a file. It owns its body. */
export type FlvTag = {
  readonly type: TagType
  /** Milliseconds modulo 2^32. */
  readonly timestamp: number
  readonly body: Uint8Array
}

type Part =
  | { readonly name: 'file-header' }
  | { readonly name: 'tag-header' }
  | { readonly name: 'body'; readonly type: number; readonly isFiltered: boolean; readonly timestamp: number }

export type FlvFileReaderOptions = {
  /** Longest tag body. The format allows 16 MiB. */
  readonly maxBodySize?: Bytes
}

/**
 * Takes a file or an HTTP-FLV stream apart, in pieces of any size. Each byte is copied once, into its tag's body.
 *
 * Encrypted tags and tags of unknown types are skipped. PreviousTagSize is not looked at: writers get it wrong, and
 * nothing depends on it.
 *
 * @see FLV 10.1 §E.2 to §E.4
 */
export class FlvFileReader {
  readonly #maxBodySize: Bytes
  #part: Part = { name: 'file-header' }
  /** The part that is being filled. */
  #bytes = new Uint8Array(fileHeaderSize)
  #filled: Bytes = 0
  /** Bytes to pass over before the part begins. */
  #toSkip: Bytes = 0

  constructor({ maxBodySize = 0xffffff }: FlvFileReaderOptions = {}) {
    this.#maxBodySize = maxBodySize
  }

  /** Bytes of the tag, or file header, that has begun and not ended. At the end of a file: how much of it is torn off. */
  get pendingBytes(): Bytes {
    return this.#filled + (this.#part.name === 'body' ? tagHeaderSize : 0)
  }

  /**
   * Take in the next piece of the file. Borrows `piece`.
   *
   * @returns The tags that are complete with it.
   * @throws {ProtocolError} If it is no FLV, or a body is longer than allowed.
   */
  push(piece: Uint8Array): FlvTag[] {
    const tags: FlvTag[] = []
    let rest = piece
    while (rest.length > 0 || this.#isComplete) {
      rest = this.#fill(rest)
      if (!this.#isComplete) break
      const tag = this.#finishPart()
      if (tag !== undefined) tags.push(tag)
    }
    return tags
  }

  get #isComplete(): boolean {
    return this.#toSkip === 0 && this.#filled === this.#bytes.length
  }

  /** @returns What is left of `piece`. */
  #fill(piece: Uint8Array): Uint8Array {
    const skipped = Math.min(this.#toSkip, piece.length)
    this.#toSkip -= skipped
    const taken = piece.subarray(skipped, skipped + this.#bytes.length - this.#filled)
    this.#bytes.set(taken, this.#filled)
    this.#filled += taken.length
    return piece.subarray(skipped + taken.length)
  }

  #finishPart(): FlvTag | undefined {
    const part = this.#part
    const bytes = this.#bytes
    switch (part.name) {
      case 'file-header':
        this.#finishFileHeader(bytes)
        return undefined
      case 'tag-header':
        this.#finishTagHeader(bytes)
        return undefined
      case 'body':
        this.#begin({ name: 'tag-header' }, tagHeaderSize, previousTagSizeSize)
        if (part.isFiltered || !isTagType(part.type)) return undefined
        return { type: part.type, timestamp: part.timestamp, body: bytes }
    }
  }

  #finishFileHeader(bytes: Uint8Array): void {
    const header = decodeFileHeader(bytes)
    const rest = (header?.dataOffset ?? fileHeaderSize) - fileHeaderSize
    this.#begin({ name: 'tag-header' }, tagHeaderSize, rest + previousTagSizeSize)
  }

  #finishTagHeader(bytes: Uint8Array): void {
    const header = decodeTagHeader(bytes)
    if (header === undefined) return
    const { type, isFiltered, timestamp, dataSize } = header
    if (dataSize > this.#maxBodySize) {
      const rule = `it has at most ${this.#maxBodySize} bytes, is ${dataSize}`
      throw new ProtocolError('flv', 'limit', `Cannot read FLV tag body: ${rule}`)
    }
    this.#begin({ name: 'body', type, isFiltered, timestamp }, dataSize)
  }

  #begin(part: Part, size: Bytes, toSkip: Bytes = 0): void {
    this.#part = part
    this.#bytes = new Uint8Array(size)
    this.#filled = 0
    this.#toSkip = toSkip
  }
}

function isTagType(type: number): type is TagType {
  return type === tagTypes.audio || type === tagTypes.video || type === tagTypes.script
}
