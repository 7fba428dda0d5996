import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bytes, Milliseconds } from '../../core/units.ts'

/** A file of the journal: everything from one position on, up to the next file. */
type Segment = {
  readonly start: number
  size: Bytes
  /** Wall-clock time of its last change. */
  changed: Milliseconds
}

export type JournalLimits = {
  /** Of all files together. */
  readonly maxSize: Bytes
  /** After which a file that is no longer written goes. */
  readonly maxAge: Milliseconds
}

/** Some bytes of one file. */
export type JournalPiece = {
  /** Position of the first of them. */
  readonly from: number
  readonly bytes: Uint8Array
  /** Where the file ends. */
  readonly segmentEnd: number
}

const fileName = /^(\d{16})\.log$/

/** Read at a time. No record is larger. */
export const pieceSize: Bytes = 256 * 1024

/** So many files share what may be kept, so that little goes when the oldest goes. */
const segmentCount = 16

/**
 * The files of a journal, each named for the position of its first byte. Every run begins a new one, so what an earlier
 * run left unfinished stays behind its end and is never written over.
 */
export class JournalFolder {
  readonly #path: string
  readonly #limits: JournalLimits
  readonly #segments: Segment[]
  #file: FileHandle | undefined
  #begun: Milliseconds = 0

  private constructor(path: string, limits: JournalLimits, segments: Segment[]) {
    this.#path = path
    this.#limits = limits
    this.#segments = segments
  }

  /** @throws the system's error. */
  static async open(path: string, limits: JournalLimits): Promise<JournalFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 })
    const names = (await readdir(path)).filter(name => fileName.test(name)).sort()
    const segments = names.map(async name => {
      const { size, mtimeMs } = await stat(join(path, name))
      return { start: Number(fileName.exec(name)?.[1]), size, changed: mtimeMs }
    })
    return new JournalFolder(path, limits, await Promise.all(segments))
  }

  /** Position of the first byte that is there; `undefined` if there is none. */
  get start(): number | undefined {
    return this.#segments[0]?.start
  }

  /** Position behind the last byte. */
  get end(): number {
    const last = this.#segments.at(-1)
    return last === undefined ? 0 : last.start + last.size
  }

  get size(): Bytes {
    return this.#segments.reduce((sum, { size }) => sum + size, 0)
  }

  /** Where each file begins. */
  get segmentStarts(): readonly number[] {
    return this.#segments.map(({ start }) => start)
  }

  /**
   * Resolves when the bytes would survive a loss of power.
   *
   * @param position Of the first of them; not before the end.
   * @throws the system's error. What was written of them then is left behind.
   */
  async append(bytes: Uint8Array, position: number, now: Milliseconds): Promise<void> {
    try {
      const segment = await this.#segmentFor(position, now)
      await this.#file?.appendFile(bytes)
      await this.#file?.datasync()
      segment.size += bytes.length
      segment.changed = now
    } catch (error) {
      await this.#giveUp()
      throw error
    }
  }

  /** What stands at a position, or else behind it; `undefined` at the end. @throws the system's error. */
  async read(position: number): Promise<JournalPiece | undefined> {
    const segment = this.#segments.find(({ start, size }) => position < start + size)
    if (segment === undefined) return undefined
    const { start, size } = segment
    const from = Math.max(position, start)
    const bytes = Buffer.allocUnsafe(Math.min(pieceSize, start + size - from))
    const file = await open(this.#nameOf(start), 'r')
    try {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from - start)
      return { from, bytes: bytes.subarray(0, bytesRead), segmentEnd: start + size }
    } finally {
      await file.close()
    }
  }

  /** Remove the oldest files while there is too much, and what is too old. @throws the system's error. */
  async trim(now: Milliseconds): Promise<void> {
    const { maxSize, maxAge } = this.#limits
    while (this.#segments.length > 1) {
      const [oldest] = this.#segments
      if (oldest === undefined || (this.size <= maxSize && now - oldest.changed <= maxAge)) return
      this.#segments.shift()
      await rm(this.#nameOf(oldest.start), { force: true })
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#endSegment()
  }

  async #segmentFor(position: number, now: Milliseconds): Promise<Segment> {
    const { maxSize, maxAge } = this.#limits
    const last = this.#segments.at(-1)
    const isFull = last !== undefined && last.size >= maxSize / segmentCount
    if (isFull || now - this.#begun > maxAge / segmentCount) await this.#endSegment()
    if (this.#file !== undefined && last !== undefined) return last
    const segment = { start: position, size: 0, changed: now }
    this.#file = await open(this.#nameOf(position), 'w', 0o600)
    this.#begun = now
    this.#segments.push(segment)
    return segment
  }

  async #endSegment(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  /** A file of which nothing could be written goes: a disk that is full for a day would get one with each event. */
  async #giveUp(): Promise<void> {
    await this.#endSegment().catch(() => undefined)
    const last = this.#segments.at(-1)
    if (last === undefined || last.size > 0) return
    this.#segments.pop()
    await rm(this.#nameOf(last.start), { force: true }).catch(() => undefined)
  }

  #nameOf(start: number): string {
    return join(this.#path, `${String(start).padStart(16, '0')}.log`)
  }
}
