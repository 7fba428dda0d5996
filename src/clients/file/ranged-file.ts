import { ConnectionError, ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { type Container, containerHeadSize } from '../../formats/container.ts'
import { knownContainer } from './known-container.ts'
import type { MediaFile } from './media-file.ts'

/** A file on another machine, of which parts can be asked for. */
export interface RangedBytes {
  /** For people. */
  readonly name: string
  readonly size: Bytes
  /** From `start` up to, and without, `end`, which lie within it. The bytes are taken over. @throws {ServerError} */
  read(start: Bytes, end: Bytes): Promise<Uint8Array>
}

/** What is asked for at once: 0.2 s of 20 Mbit/s. */
export const blockSize: Bytes = 512 * 1024
/** Of those that are kept: tracks that lie far apart have two each, the one that is read and the one behind it. */
const mostBlocks = 6

/**
 * A file with media that is read over a network, in blocks, and one block ahead of whoever reads it. A block that could not
 * be had in advance is asked for again when it is needed.
 */
export class RangedFile implements MediaFile {
  readonly container: Container
  readonly #source: RangedBytes
  readonly #blocks: BlockCache

  private constructor(source: RangedBytes, blocks: BlockCache, container: Container) {
    this.#source = source
    this.#blocks = blocks
    this.container = container
  }

  /** @throws {FileError} If it is no container that we know. @throws {ServerError} */
  static async open(source: RangedBytes): Promise<RangedFile> {
    const blocks = new BlockCache(source)
    const head = await blocks.get(0)
    return new RangedFile(source, blocks, knownContainer(head.subarray(0, containerHeadSize), source.name))
  }

  get size(): Bytes {
    return this.#source.size
  }

  /** What has come, also what was not needed. */
  get bytesRead(): Bytes {
    return this.#blocks.bytesRead
  }

  /** @throws {ServerError} */
  async *pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.size; at += blockSize) yield await this.#blocks.get(at / blockSize)
  }

  /** @throws {ProtocolError} If the file ends before. @throws {ServerError} */
  async readAt(at: Bytes, size: Bytes): Promise<Uint8Array> {
    if (at + size > this.size) {
      const { name } = this.#source
      throw new ProtocolError('mp4', 'malformed', `Cannot read ${name}: it must have ${size} bytes at ${at}`)
    }
    const bytes = new Uint8Array(size)
    for (let filled = 0; filled < size; ) {
      const from = at + filled
      const block = await this.#blocks.get(Math.floor(from / blockSize))
      const offset = from % blockSize
      const part = block.subarray(offset, offset + size - filled)
      bytes.set(part, filled)
      filled += part.length
    }
    return bytes
  }
}

/** The blocks that were read last, and those that are on their way. */
class BlockCache {
  readonly #source: RangedBytes
  /** The one that was used last is the last. */
  readonly #blocks = new Map<number, Promise<Uint8Array>>()
  bytesRead: Bytes = 0

  constructor(source: RangedBytes) {
    this.#source = source
  }

  /** @param number From 0 on. The bytes are borrowed. @throws {ServerError} */
  get(number: number): Promise<Uint8Array> {
    const block = this.#use(number)
    if ((number + 1) * blockSize < this.#source.size) void this.#use(number + 1)
    return block
  }

  #use(number: number): Promise<Uint8Array> {
    const block = this.#blocks.get(number) ?? this.#fetch(number)
    this.#blocks.delete(number)
    this.#blocks.set(number, block)
    const [oldest = number] = this.#blocks.keys()
    if (this.#blocks.size > mostBlocks) this.#blocks.delete(oldest)
    return block
  }

  #fetch(number: number): Promise<Uint8Array> {
    const block = this.#read(number)
    block.catch(() => {
      if (this.#blocks.get(number) === block) this.#blocks.delete(number)
    })
    return block
  }

  async #read(number: number): Promise<Uint8Array> {
    const { name, size } = this.#source
    const start = number * blockSize
    const end = Math.min(size, start + blockSize)
    const bytes = await this.#source.read(start, end)
    this.bytesRead += bytes.length
    if (bytes.length === end - start) return bytes
    throw new ConnectionError(`Cannot read ${name}: ${end - start} bytes were asked for, ${bytes.length} came`)
  }
}
