import type { Clock } from '../../../contracts/clock.ts'
import type { ObjectStore } from '../../../contracts/object-store.ts'
import { RequestError } from '../../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { BucketReport } from './bucket-report.ts'

/** What was read last is at hand: players of one time follow each other. */
const mostCached: Bytes = 64 * 1024 * 1024
/** Whoever asks so soon after a failure is told at once. */
const rest: Milliseconds = 5000

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
