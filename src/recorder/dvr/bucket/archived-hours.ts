import type { Clock } from '../../../contracts/clock.ts'
import type { Milliseconds } from '../../../core/units.ts'
import type { DvrSettings } from '../config.ts'
import { hourStart, isHourName } from '../hour-folder.ts'
import { readIndex } from '../hour-index.ts'
import { archivedPart } from './archived-part.ts'
import type { Bucket } from './bucket.ts'
import { namesUnder, removeUnder } from './object-tree.ts'
import type { StreamHours } from './stream-hours.ts'

export type ArchivedHoursOptions = {
  readonly bucket: Bucket
  readonly stream: string
  /** What keys of the stream begin with. */
  readonly prefix: string
  readonly hours: StreamHours
  readonly settings: () => DvrSettings
  readonly clock: Clock
}

/** No segment that begins in an hour ends later than this behind its beginning. */
const longestHour: Milliseconds = 2 * 3_600_000

/**
 * The hours of a stream that the bucket has and the disk has not: they were archived from another machine, or the disk was
 * lost. Their indexes are brought back one by one, the newest first; segments stay where they are.
 */
export class ArchivedHours {
  readonly #options: ArchivedHoursOptions
  /** They are on the disk as a whole. */
  readonly #here = new Set<string>()
  /** The oldest first; `undefined` until the bucket has said which there are. */
  #left: readonly string[] | undefined
  #restored = 0

  constructor(options: ArchivedHoursOptions) {
    this.#options = options
  }

  /** Hours that are still to come; `undefined` until the bucket has said which there are. */
  get left(): number | undefined {
    return this.#left?.length
  }

  /** True if an hour is still to come of which something ends behind a time. */
  lacks(time: Milliseconds): boolean {
    const newest = this.#left?.at(-1)
    return newest !== undefined && hourStart(newest) + longestHour > time
  }

  /** An earlier run has left this hour on the disk: what the bucket has of it is known there. */
  isHere(hour: string): void {
    this.#here.add(hour)
  }

  /**
   * One step towards what has to be known before anything is stored: where the stream has ended, and the hours of which
   * the disk has what came later. False if nothing of that is left to do.
   */
  async prepare(): Promise<boolean> {
    if (this.#left === undefined) {
      await this.#look()
      return true
    }
    const { hours } = this.#options.hours
    const shared = this.#left.find(name => hours.some(hour => hour.name === name))
    if (shared === undefined) return false
    await this.#restore(shared)
    return true
  }

  /** The next hour, or its removal if it has become too old. False if none is left. */
  async restoreNext(): Promise<boolean> {
    const name = this.#left?.at(-1)
    if (name === undefined) return false
    const { settings, clock } = this.#options
    const { dvrArchiveMaxAge } = settings()
    const isTooOld = dvrArchiveMaxAge > 0 && hourStart(name) + longestHour <= clock.wall() - dvrArchiveMaxAge
    await (isTooOld ? this.#remove(name) : this.#restore(name))
    return true
  }

  /** Remove hours that are over by a time; the one that goes on at that time is restored. */
  async removeBefore(time: Milliseconds): Promise<void> {
    if (this.#left === undefined) await this.#look()
    for (const name of this.#left ?? []) {
      if (hourStart(name) + longestHour <= time) await this.#remove(name)
      else if (hourStart(name) < time) await this.#restore(name)
    }
  }

  /** They were all removed. */
  forget(): void {
    this.#left = []
  }

  async #look(): Promise<void> {
    const { bucket, prefix } = this.#options
    const names = await namesUnder(bucket.store, prefix)
    const left = names.filter(name => isHourName(name) && !this.#here.has(name)).sort()
    const newest = left.at(-1)
    if (newest !== undefined) await this.#restore(newest)
    this.#left = left.slice(0, -1)
    this.#tellIfDone()
  }

  async #restore(name: string): Promise<void> {
    const { bucket, hours, prefix } = this.#options
    const key = `${prefix}${name}/index`
    const size = await bucket.store.sizeOf(key)
    const bytes = size === undefined ? undefined : await bucket.store.read(key, 0, size)
    const next = hours.hours.find(hour => hour.name >= name)?.summary?.first
    const archived = bytes && archivedPart(readIndex(bytes), next)
    if (archived === undefined) bucket.report.skipped(this.#options.stream, name)
    else await hours.restore(name, archived)
    this.#restored++
    this.#leave(name)
  }

  async #remove(name: string): Promise<void> {
    const { bucket, prefix } = this.#options
    await removeUnder(bucket.store, `${prefix}${name}/`)
    this.#leave(name)
  }

  #leave(name: string): void {
    if (this.#left === undefined) return
    this.#left = this.#left.filter(other => other !== name)
    this.#tellIfDone()
  }

  #tellIfDone(): void {
    if (this.#left?.length !== 0 || this.#restored === 0) return
    this.#options.bucket.report.restored(this.#options.stream, this.#restored)
    this.#restored = 0
  }
}
