import type { Clock } from '../../../contracts/clock.ts'
import type { ArchivedSegment, KeptBytes, SegmentAddress } from '../../../contracts/segments.ts'
import { RequestError } from '../../../core/errors.ts'
import type { Milliseconds } from '../../../core/units.ts'
import type { DvrSettings } from '../config.ts'
import { dvrFolder } from '../find-streams.ts'
import type { HourFolder } from '../hour-folder.ts'
import { spanOf } from '../segment-window.ts'
import { ArchivedHours } from './archived-hours.ts'
import type { Bucket } from './bucket.ts'
import { planObject } from './object-plan.ts'
import { removeUnder } from './object-tree.ts'
import { SegmentMissing } from './segment-source.ts'
import { objectName, pieceOf, type StoredObject, type StoredPiece } from './stored-object.ts'
import type { StreamHours } from './stream-hours.ts'
import type { Uploading } from './upload-queue.ts'

export type StreamBucketOptions = {
  readonly bucket: Bucket
  readonly stream: string
  readonly hours: StreamHours
  readonly settings: () => DvrSettings
  readonly clock: Clock
}

type Planned = { readonly hour: HourFolder; readonly segments: readonly ArchivedSegment[] }

const indexName = 'index'
/** Hours that a server may have been storing when it was stopped. */
const mostStale = 2
/** Whoever asks for what is not listed yet waits for so long. */
const longestWait: Milliseconds = 8000
/** Seconds. */
const retryAfter = 2

/** The segments of one stream in the bucket. */
export class StreamBucket implements Uploading {
  readonly #options: StreamBucketOptions
  /** Their indexes in the bucket do not tell everything. */
  readonly #stale = new Set<HourFolder>()
  /** True until an object was not there: an earlier run may have stored it and not have come to say so. */
  #mayBeThere = true
  #work: Promise<unknown> = Promise.resolve()
  readonly #archived: ArchivedHours
  /** Which span of time the newest segment is in. */
  #span = -1
  /** An hour comes back that somebody waits for. */
  #restoring: Promise<void> | undefined

  constructor(options: StreamBucketOptions) {
    this.#options = options
    this.#archived = new ArchivedHours({ ...options, prefix: this.#prefix })
  }

  /** True if what comes is to be stored. */
  get isWanted(): boolean {
    return this.#options.settings().dvrArchive
  }

  /** Hours that the bucket has and that are not listed yet; `undefined` until it has said which. */
  get hoursToRestore(): number | undefined {
    return this.#archived.left
  }

  /**
   * Resolves when everything that ends behind a time is listed. What the bucket does not say when the server starts, because it
   * is down, is not waited for.
   *
   * @throws {RequestError} 503 if that takes too long, or the bucket cannot be reached.
   */
  async untilListed(time: Milliseconds): Promise<void> {
    if (!this.#archived.lacks(time)) return
    const isOver = Promise.withResolvers<never>()
    const timer = this.#options.clock.after(longestWait, () => isOver.reject(this.#notListed()))
    try {
      await Promise.race([this.#restoreSince(time), isOver.promise])
    } finally {
      timer.cancel()
    }
  }

  /** Find out where the stream has ended in the bucket. */
  look(): Promise<void> {
    return this.exclusive(async () => {
      while (await this.#archived.prepare());
    })
  }

  /** A segment is on the disk. */
  added(segment: ArchivedSegment): void {
    const span = Math.floor(spanOf(segment).from / this.#options.settings().dvrArchiveObjectDuration)
    if (span === this.#span) return
    this.#span = span
    this.wake()
  }

  /** Something may have to be stored. */
  wake(): void {
    if (this.isWanted) this.#options.bucket.queue.wake(this)
  }

  /** Hours that an earlier run has left, the oldest first. It may not have come to store the newest indexes. */
  recovered(hours: readonly HourFolder[]): void {
    for (const { name } of hours) this.#archived.isHere(name)
    for (const hour of hours.slice(-mostStale)) this.#stale.add(hour)
  }

  storeNext(): Promise<boolean> {
    return this.exclusive(() => this.#storeNext())
  }

  /** Do something while nothing else of the stream is changed in the bucket. */
  exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => undefined)
    return done
  }

  async #storeNext(): Promise<boolean> {
    if (!this.isWanted) return false
    if (await this.#archived.prepare()) return true
    const planned = await this.#plan()
    if (planned === undefined) return (await this.#storeIndex()) || this.#restoreNext()
    try {
      await this.#storeObject(planned)
    } catch (error) {
      if (!(error instanceof SegmentMissing)) throw error
      await this.#options.hours.enqueue(() => planned.hour.dropBroken(planned.segments))
    }
    return true
  }

  /** @throws {RequestError} 503 if the bucket cannot be reached. */
  async read(hour: HourFolder, rendition: string, address: SegmentAddress): Promise<Uint8Array | undefined> {
    const piece = await this.#find(hour, rendition, address)
    return piece && this.#options.bucket.reader.read(this.#keyOf(hour, piece), piece.start, piece.end)
  }

  /** The same, for those who take it piece by piece. @throws {RequestError} 503 if the bucket cannot be reached. */
  async open(hour: HourFolder, rendition: string, address: SegmentAddress): Promise<KeptBytes | undefined> {
    const piece = await this.#find(hour, rendition, address)
    return piece && this.#options.bucket.reader.open(this.#keyOf(hour, piece), piece.start, piece.end)
  }

  async #find(hour: HourFolder, rendition: string, address: SegmentAddress): Promise<StoredPiece | undefined> {
    const segment = await hour.find(rendition, address)
    const object = segment && (await hour.stored()).find(segment)
    return segment && object && pieceOf(object, segment, await hour.segments())
  }

  /** @throws {RequestError} 503 if the bucket cannot be reached. */
  async readInit(hour: HourFolder, rendition: string, period: number): Promise<Uint8Array | undefined> {
    const stored = await hour.stored()
    for (const segment of await hour.segments()) {
      const object = segment.rendition === rendition && segment.period === period ? stored.find(segment) : undefined
      if (object === undefined) continue
      return this.#options.bucket.reader.read(this.#key(hour, objectName(object)), 0, object.headSize)
    }
    return undefined
  }

  /** Remove objects all of whose segments have lower numbers; of hours that have no others, the index too. */
  async removeBelow(hour: HourFolder, number: number): Promise<void> {
    const isWhole = hour.summary === undefined || number > hour.summary.newest.number
    const objects = (await hour.stored()).all.filter(({ last }) => isWhole || last < number)
    if (objects.length === 0) return
    const { store } = this.#options.bucket
    if (isWhole) {
      await removeUnder(store, this.#key(hour, ''))
      this.#stale.delete(hour)
    } else {
      await store.remove(objects.map(object => this.#key(hour, objectName(object))))
      this.#stale.add(hour)
    }
  }

  /** Remove hours that are not listed yet; one that goes on at that time is listed. */
  async removeBefore(time: Milliseconds): Promise<void> {
    if (this.isWanted) await this.#archived.removeBefore(time)
  }

  /** Remove everything, listed or not. */
  async removeAll(): Promise<void> {
    const { bucket, hours } = this.#options
    const isStored = hours.hours.some(
      ({ summary }) => summary !== undefined && summary.pending.segments < summary.segments,
    )
    if (!this.isWanted && !isStored) return
    await removeUnder(bucket.store, this.#prefix)
    this.#archived.forget()
    this.#stale.clear()
  }

  async #plan(): Promise<Planned | undefined> {
    const { hours, isGrowing } = this.#options.hours
    const { dvrArchiveObjectDuration: objectDuration } = this.#options.settings()
    for (const hour of hours) {
      if (hour.summary === undefined || hour.summary.pending.segments === 0) continue
      const isComplete = !isGrowing || hour !== hours.at(-1)
      const segments = planObject(await hour.segments(), await hour.stored(), { objectDuration, isComplete })
      if (segments !== undefined) return { hour, segments }
    }
    return undefined
  }

  /** The newest hours first: all who wait do so for the same one. */
  async #restoreSince(time: Milliseconds): Promise<void> {
    const { queue } = this.#options.bucket
    while (this.#archived.lacks(time)) {
      if (queue.isPaused || queue.isClosing) throw this.#notListed()
      this.#restoring ??= this.#restoreWanted()
      await this.#restoring
    }
  }

  async #restoreWanted(): Promise<void> {
    try {
      await this.exclusive(() => this.#archived.restoreNext())
    } catch (cause) {
      this.#options.bucket.report.failed(cause)
      throw this.#notListed(cause)
    } finally {
      this.#restoring = undefined
    }
  }

  #notListed(cause?: unknown): RequestError {
    const reason = 'the archive has not told yet what it has of this time'
    return new RequestError(503, `Cannot rewind ${this.#options.stream}: ${reason}`, { cause, retryAfter })
  }

  async #restoreNext(): Promise<boolean> {
    return !this.#options.bucket.queue.isClosing && this.#archived.restoreNext()
  }

  async #storeObject({ hour, segments }: Planned): Promise<void> {
    const { bucket, clock, hours } = this.#options
    const [first, last] = [segments[0], segments.at(-1)]
    if (first === undefined || last === undefined) return
    const source = await hour.sourceOf(segments)
    const headSize = source.size - segments.reduce((sum, { size }) => sum + size, 0)
    const object: StoredObject = { rendition: first.rendition, first: first.number, last: last.number, headSize }
    const key = this.#key(hour, objectName(object))
    this.#mayBeThere = this.#mayBeThere && (await bucket.store.holds(key, source))
    if (!this.#mayBeThere) {
      await bucket.store.put(key, source, first.rendition.startsWith('video') ? 'video/mp4' : 'audio/mp4')
      bucket.report.stored(source.size, clock.wall())
    }
    let isKept = false
    await hours.enqueue(async () => {
      isKept = hours.hours.includes(hour) && (hour.summary?.first.number ?? Number.POSITIVE_INFINITY) <= last.number
      if (isKept) await hour.store(object)
    })
    // It was removed while it was being stored.
    if (!isKept) return bucket.store.remove([key])
    this.#stale.add(hour)
  }

  async #storeIndex(): Promise<boolean> {
    const { bucket, hours } = this.#options
    const [hour] = this.#stale
    if (hour === undefined) return false
    const bytes = hours.hours.includes(hour) ? await hour.indexBytes() : undefined
    if (bytes !== undefined) {
      const source = { size: bytes.length, read: async (start: number, end: number) => bytes.subarray(start, end) }
      await bucket.store.put(this.#key(hour, indexName), source, 'application/octet-stream')
    }
    this.#stale.delete(hour)
    return true
  }

  #keyOf(hour: HourFolder, { object }: StoredPiece): string {
    return this.#key(hour, objectName(object))
  }

  #key(hour: HourFolder, name: string): string {
    return `${this.#prefix}${hour.name}/${name}`
  }

  get #prefix(): string {
    const { bucket, stream } = this.#options
    return `${bucket.prefix}${stream}/${dvrFolder}/`
  }
}
