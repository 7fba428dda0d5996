import type { Log } from '../../../contracts/log.ts'
import { reasonOf } from '../../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'

/** What the archive has done since the start of the server. */
export type BucketTotals = {
  objects: number
  bytes: Bytes
  /** Requests that failed. */
  errors: number
  /** Segments that the disk could not hold until they were stored. */
  lost: number
  /** Segments that were read from there, without those of the cache. */
  reads: number
  /** Hours whose indexes were brought back from there. */
  restoredHours: number
  /** When something was stored last, by the clock on the wall. */
  lastStored: Milliseconds | undefined
}

/** Tells how the archive does: that it cannot be written to once, and once that it can again. */
export class BucketReport {
  readonly totals: BucketTotals = {
    objects: 0,
    bytes: 0,
    errors: 0,
    lost: 0,
    reads: 0,
    restoredHours: 0,
    lastStored: undefined,
  }
  readonly #log: Log
  readonly #place: string
  /** Streams that have lost segments in this outage. */
  readonly #losing = new Set<string>()
  /** What is wrong now, in words; `undefined` while all is well. */
  problem: string | undefined

  constructor(log: Log, place: string) {
    this.#log = log
    this.#place = place
  }

  stored(bytes: Bytes, wall: Milliseconds): void {
    this.totals.objects++
    this.totals.bytes += bytes
    this.totals.lastStored = wall
  }

  /** It answers. */
  works(): void {
    if (this.problem === undefined) return
    this.problem = undefined
    this.#losing.clear()
    this.#log.info('DVR_ARCHIVE_BACK', 'Segments are archived again', { archive: this.#place })
  }

  failed(error: unknown): void {
    this.totals.errors++
    const isNew = this.problem === undefined
    this.problem = reasonOf(error)
    if (isNew) this.#log.error('DVR_ARCHIVE_FAILED', `Segments wait on the disk: ${this.problem}`)
  }

  readFailed(error: unknown): void {
    this.totals.errors++
    this.#log.warn('DVR_ARCHIVE_UNREADABLE', `Segments cannot be sent: ${reasonOf(error)}`)
  }

  /** What another machine has archived is listed here, too. */
  restored(stream: string, hours: number): void {
    this.totals.restoredHours += hours
    this.#log.info('DVR_ARCHIVE_RESTORED', 'What the archive has of a stream is listed', { stream, hours })
  }

  skipped(stream: string, hour: string): void {
    const reason = 'its index is missing, damaged, or does not fit to what came later'
    this.#log.warn('DVR_ARCHIVE_SKIPPED', `An hour in the archive is left alone: ${reason}`, { stream, hour })
  }

  lost(stream: string, segments: number): void {
    this.totals.lost += segments
    if (this.#losing.has(stream)) return
    this.#losing.add(stream)
    this.#log.error('DVR_ARCHIVE_LOST', 'Segments are lost: dvr.maxSize leaves no room to wait for the archive', {
      stream,
    })
  }
}
