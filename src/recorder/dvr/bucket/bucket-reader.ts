import type { Clock } from '../../../contracts/clock.ts'
import type { ObjectStore } from '../../../contracts/object-store.ts'
import type { KeptBytes } from '../../../contracts/segments.ts'
import { FileError, RequestError } from '../../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { BucketReport } from './bucket-report.ts'

/** What was read last is at hand: players of one time follow each other. */
const mostCached: Bytes = 64 * 1024 * 1024
/** What is asked for at once of a segment that is sent piece by piece. */
const pieceSize: Bytes = 512 * 1024
/** Whoever asks so soon after a failure is told at once. */
const rest: Milliseconds = 5000

/** Where a segment is in its object. */
type Place = { readonly from: Bytes; readonly to: Bytes }

/** Reads segments from the bucket: one that several ask for once, and the newest of them not again. */
export class BucketReader {
  readonly #store: ObjectStore
  readonly #clock: Clock
  readonly #report: BucketReport
  /** The oldest first. */
  readonly #cache = new Map<string, Uint8Array>()
  readonly #running = new Map<string, Promise<Uint8Array | undefined>>()
  #cached: Bytes = 0
  #restUntil: Milliseconds = Number.NEGATIVE_INFINITY

  constructor(store: ObjectStore, clock: Clock, report: BucketReport) {
    this.#store = store
    this.#clock = clock
    this.#report = report
  }

  /** A piece of an object; `undefined` if it is not there. @throws {RequestError} 503 if the bucket cannot be reached. */
  async read(key: string, start: Bytes, end: Bytes): Promise<Uint8Array | undefined> {
    const name = `${start}-${end} ${key}`
    const cached = this.#cache.get(name)
    if (cached !== undefined) {
      this.#cache.delete(name)
      this.#cache.set(name, cached)
      return cached
    }
    const running = this.#running.get(name)
    if (running !== undefined) return running
    const fetched = this.#fetch(name, key, start, end)
    this.#running.set(name, fetched)
    try {
      return await fetched
    } finally {
      this.#running.delete(name)
    }
  }

  /**
   * The same, for those who take it piece by piece. The first is read at once: what cannot be read at all is told before
   * anything is sent.
   */
  async open(key: string, from: Bytes, to: Bytes): Promise<KeptBytes | undefined> {
    const first = await this.read(key, from, Math.min(from + pieceSize, to))
    return first && { size: to - from, read: (start, end) => this.#pieces(key, { from, to }, start, end) }
  }

  /** The same pieces for all, wherever they begin. */
  async *#pieces(key: string, { from, to }: Place, start: Bytes, end: Bytes): AsyncGenerator<Uint8Array> {
    for (let at = start - (start % pieceSize); at < end; at += pieceSize) {
      const bytes = await this.read(key, from + at, Math.min(from + at + pieceSize, to))
      if (bytes === undefined) throw new FileError(`Cannot read ${key}: it is there no more`)
      yield bytes.subarray(Math.max(0, start - at), end - at)
    }
  }

  async #fetch(name: string, key: string, start: Bytes, end: Bytes): Promise<Uint8Array | undefined> {
    if (this.#clock.now() < this.#restUntil) throw unreachable()
    const bytes = await this.#ask(key, start, end)
    if (bytes !== undefined) this.#keep(name, bytes)
    return bytes
  }

  async #ask(key: string, start: Bytes, end: Bytes): Promise<Uint8Array | undefined> {
    this.#report.totals.reads++
    try {
      return await this.#store.read(key, start, end)
    } catch (cause) {
      this.#restUntil = this.#clock.now() + rest
      this.#report.readFailed(cause)
      throw unreachable(cause)
    }
  }

  #keep(name: string, bytes: Uint8Array): void {
    if (bytes.length > mostCached) return
    this.#cache.set(name, bytes)
    this.#cached += bytes.length
    for (const [oldest, { length }] of this.#cache) {
      if (this.#cached <= mostCached) return
      this.#cache.delete(oldest)
      this.#cached -= length
    }
  }
}

function unreachable(cause?: unknown): RequestError {
  const retryAfter = rest / 1000
  return new RequestError(503, 'Cannot send this segment: the archive cannot be read now', { cause, retryAfter })
}
