import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { FileError, ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { type Container, containerHeadSize } from '../../formats/container.ts'
import { knownContainer } from './known-container.ts'
import type { MediaFile } from './media-file.ts'

const pieceSize: Bytes = 256 * 1024

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'the system does not allow it',
  EPERM: 'the system does not allow it',
}

/** A file with media as it is when it is opened: what is appended later is not read. */
export class OpenFile implements MediaFile, AsyncDisposable {
  /** Without its folder: messages go to people who need not know that. */
  readonly name: string
  readonly container: Container
  readonly size: Bytes
  readonly #handle: FileHandle
  #bytesRead: Bytes = 0

  private constructor(name: string, container: Container, size: Bytes, handle: FileHandle) {
    this.name = name
    this.container = container
    this.size = size
    this.#handle = handle
  }

  /** @throws {FileError} If there is none, it may not be read, or it is no container that we know. */
  static async open(path: string): Promise<OpenFile> {
    const name = basename(path)
    const handle = await openHandle(path, name)
    try {
      const stats = await handle.stat()
      if (!stats.isFile()) throw new FileError(`Cannot read ${name}: it is not a file`)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(containerHeadSize), 0, containerHeadSize, 0)
      return new OpenFile(name, knownContainer(buffer.subarray(0, bytesRead), name), stats.size, handle)
    } catch (error) {
      await handle.close()
      throw readingError(name, error)
    }
  }

  /** Of which the pieces and parts were that were read. */
  get bytesRead(): Bytes {
    return this.#bytesRead
  }

  /** The file from the beginning to the end. A piece is valid until the next one is asked for. @throws {FileError} */
  async *pieces(): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(pieceSize)
    for (let at = 0; at < this.size; ) {
      const bytesRead = await this.#read(buffer, Math.min(pieceSize, this.size - at), at)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  }

  /** @throws {ProtocolError} If the file has become shorter. @throws {FileError} */
  async readAt(at: Bytes, size: Bytes): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(size)
    const bytesRead = await this.#read(bytes, size, at)
    if (bytesRead === size) return bytes
    throw new ProtocolError('mp4', 'malformed', `Cannot read ${this.name}: ${size} bytes at ${at} are gone`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  async #read(buffer: Buffer, size: Bytes, at: Bytes): Promise<Bytes> {
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, size, at)
      this.#bytesRead += bytesRead
      return bytesRead
    } catch (error) {
      throw readingError(this.name, error)
    }
  }
}

/** Opening what is no file, such as a pipe, would wait for somebody. */
async function openHandle(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    throw readingError(name, error)
  }
}

/** The system's errors hold the whole path. */
function readingError(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const { code = '' } = error as NodeJS.ErrnoException
  return new FileError(`Cannot read ${name}: ${reasons[code] ?? `the system says ${code}`}`)
}
