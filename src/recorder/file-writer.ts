import { access, type FileHandle, mkdir, open, unlink } from 'node:fs/promises'
import { ServerError } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'

/** Somebody has deleted the file that is being written. */
export class FileRemovedError extends ServerError {
  readonly code = 'ERR_FILE_REMOVED'
}

/** What is needed of the disk. A narrow port, so that tests can fill one up. */
export type Disk = {
  readonly mkdir: (path: string, options: { readonly recursive: true }) => Promise<unknown>
  readonly access: (path: string, mode: number) => Promise<void>
  readonly open: (path: string, flags: 'wx') => Promise<DiskFile>
  readonly unlink: (path: string) => Promise<void>
}

export type DiskFile = Pick<FileHandle, 'truncate' | 'sync' | 'close'> & {
  readonly write: (
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesWritten: number }>
  readonly stat: () => Promise<{ readonly nlink: number }>
}

export const machineDisk: Disk = { mkdir, access, open, unlink }

/** A new file that grows at its end and whose bytes may be written over. One call at a time. */
export class FileWriter {
  readonly path: string
  readonly #disk: Disk
  readonly #file: DiskFile
  #size: Bytes = 0

  private constructor(path: string, file: DiskFile, disk: Disk) {
    this.path = path
    this.#file = file
    this.#disk = disk
  }

  /** Make a file under the first name that is free. */
  static async create(nameOf: (attempt: number) => string, disk: Disk): Promise<FileWriter> {
    for (let attempt = 1; ; attempt++) {
      const path = nameOf(attempt)
      try {
        return new FileWriter(path, await disk.open(path, 'wx'), disk)
      } catch (error) {
        if (!isTaken(error)) throw error
      }
    }
  }

  /** Bytes in the file. */
  get size(): Bytes {
    return this.#size
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#writeAt(this.#size, bytes)
    this.#size += bytes.length
    await this.#checkPresence()
  }

  /** Write `bytes` over those from `at` on; the file reaches at least as far. */
  async overwrite(at: Bytes, bytes: Uint8Array): Promise<void> {
    await this.#writeAt(at, bytes)
  }

  /** Bring the file to the disk for good and close it. */
  async finish(): Promise<void> {
    await this.#checkPresence()
    await this.#file.sync()
    await this.#file.close()
  }

  /** After a failure: leave what was appended as a whole, and nothing of what was not. Never throws. */
  async abandon(): Promise<void> {
    await this.#file.truncate(this.#size).catch(ignore)
    await this.#file.close().catch(ignore)
    if (this.#size === 0) await this.#disk.unlink(this.path).catch(ignore)
  }

  /** A full disk takes a part of the bytes first and fails at the rest. */
  async #writeAt(position: Bytes, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position + done)
      done += bytesWritten
    }
  }

  async #checkPresence(): Promise<void> {
    const { nlink } = await this.#file.stat()
    if (nlink === 0) throw new FileRemovedError(`Cannot record into ${this.path}: the file was removed`)
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

/** The disk has failed already; whatever else fails on the way out says nothing new. */
function ignore(): void {}
