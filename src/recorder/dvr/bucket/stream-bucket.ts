import type { Clock } from '../../../contracts/clock.ts'
import type { ArchivedSegment, KeptBytes, SegmentAddress } from '../../../contracts/segments.ts'
import type { DvrSettings } from '../config.ts'
import type { HourFolder } from '../hour-folder.ts'
import { spanOf } from '../segment-window.ts'
import type { Bucket } from './bucket.ts'
import { planObject } from './object-plan.ts'
import { SegmentMissing } from './segment-source.ts'
import { objectName, pieceOf, type StoredObject, type StoredPiece } from './stored-object.ts'
import type { Uploading } from './upload-queue.ts'

/** What there is of the stream on the disk. */
export type StreamHours = {
  readonly isGrowing: boolean
  /** The oldest first. */
  readonly hours: readonly HourFolder[]
  /** Do something when nothing else is being written. */
  enqueue(work: () => Promise<void>): Promise<void>
}

export type StreamBucketOptions = {
  readonly bucket: Bucket
  readonly stream: string
  readonly hours: StreamHours
  readonly settings: () => DvrSettings
  readonly clock: Clock
}

type Planned = { readonly hour: HourFolder; readonly segments: readonly ArchivedSegment[] }

const indexName = 'index'

/** The segments of one stream in the bucket. */
export class StreamBucket implements Uploading {
  readonly #options: StreamBucketOptions
  /** Their indexes in the bucket do not tell everything. */
  readonly #stale = new Set<HourFolder>()
  /** True until an object was not there: an earlier run may have stored it and not have come to say so. */
  #mayBeThere = true
  #work: Promise<unknown> = Promise.resolve()
  /** Which span of time the newest segment is in. */
  #span = -1

  constructor(options: StreamBucketOptions) {
    this.#options = options
  }

  /** True if what comes is to be stored. */
  get isWanted(): boolean {
    return this.#options.settings().dvrArchive
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

  /** What an hour has was stored by an earlier run, which may not have come to store its index. */
  recovered(hour: HourFolder): void {
    this.#stale.add(hour)
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
    const planned = await this.#plan()
    if (planned === undefined) return this.#storeIndex()
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
    const names = [...objects.map(objectName), ...(isWhole ? [indexName] : [])]
    await this.#options.bucket.store.remove(names.map(name => this.#key(hour, name)))
    if (isWhole) this.#stale.delete(hour)
    else this.#stale.add(hour)
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
    const { bucket, stream } = this.#options
    return `${bucket.prefix}${stream}/@dvr/${hour.name}/${name}`
  }
}
