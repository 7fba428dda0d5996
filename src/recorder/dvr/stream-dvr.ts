import type { Clock } from '../../contracts/clock.ts'
import type {
  ArchivedSegment,
  KeptBytes,
  NumberRange,
  PeriodClock,
  SegmentAddress,
  SegmentSelection,
  StreamArchive,
  TimeSpan,
} from '../../contracts/segments.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Bucket } from './bucket/bucket.ts'
import { StreamBucket } from './bucket/stream-bucket.ts'
import type { DvrSettings } from './config.ts'
import type { DvrDisk } from './dvr-disk.ts'
import type { DvrReport } from './dvr-report.ts'
import type { SegmentSum } from './hour-summary.ts'
import { SegmentReader } from './segment-reader.ts'
import { segmentsWithin, selectSegments } from './segment-selection.ts'
import { numberToKeepFrom, SpanList } from './segment-window.ts'
import { type SegmentBytes, StreamFolder, type TakenSegments } from './stream-folder.ts'

export type StreamDvrOptions = {
  readonly stream: string
  readonly folder: string
  readonly disk: DvrDisk
  readonly clock: Clock
  readonly settings: () => DvrSettings
  readonly report: DvrReport
  /** Where segments are archived, if they are. */
  readonly bucket: Bucket | undefined
}

/** What lists name no more is there for so long, for players that have an older list. */
const grace: Milliseconds = 60_000

/** What is kept of one stream, on the disk and in the bucket, for as long as its settings say. */
export class StreamDvr implements StreamArchive {
  readonly #options: StreamDvrOptions
  readonly #folder: StreamFolder
  readonly #bucket: StreamBucket | undefined
  readonly #reader: SegmentReader
  periodClock: PeriodClock | undefined

  constructor(options: StreamDvrOptions) {
    this.#options = options
    const { bucket } = options
    this.#folder = new StreamFolder({ ...options, onWritten: segment => this.#bucket?.added(segment) })
    this.#bucket = bucket && new StreamBucket({ ...options, bucket, hours: this.#folder })
    this.#reader = new SegmentReader(this.#folder, this.#bucket)
  }

  get stream(): string {
    return this.#options.stream
  }

  get version(): number {
    return this.#folder.version
  }

  get revision(): number {
    return this.#folder.revision
  }

  get isGrowing(): boolean {
    return this.#folder.isGrowing
  }

  /** Whether it is on disk or not. */
  get taken(): TakenSegments {
    return this.#folder.taken
  }

  /** All that can be played. */
  get kept(): SegmentSum {
    return this.#folder.sum(summary => summary)
  }

  /** What is on the disk. */
  get here(): SegmentSum {
    return this.#folder.sum(({ here }) => here)
  }

  /** What is to be archived, and is not yet. */
  get pending(): SegmentSum | undefined {
    return this.#isArchived ? this.#folder.sum(({ pending }) => pending) : undefined
  }

  get span(): TimeSpan | undefined {
    const { hours } = this.#folder
    const [first, last] = [hours[0]?.summary?.span, hours.at(-1)?.summary?.span]
    if (first === undefined || last === undefined) return undefined
    const from = Math.max(first.from, this.#listedFrom)
    return from < last.to ? { from, to: last.to } : undefined
  }

  get numbers(): NumberRange | undefined {
    return this.#folder.numbers
  }

  /** Find out what an earlier run has left. */
  async recover(): Promise<void> {
    await this.#folder.recover()
    this.#bucket?.recovered(this.#folder.hours)
    this.#bucket?.wake()
  }

  /** Hours that the archive has and that are not listed yet; `undefined` until it has said which. */
  get hoursToRestore(): number | undefined {
    return this.#isArchived ? this.#bucket?.hoursToRestore : 0
  }

  async untilListed(time: Milliseconds): Promise<void> {
    if (this.#isArchived) await this.#bucket?.untilListed(Math.max(time, this.#listedFrom))
  }

  /** Find out where an earlier run on another machine has ended; the rest of it is listed bit by bit. */
  async look(): Promise<void> {
    if (this.#isArchived) await this.#bucket?.look()
    this.#bucket?.wake()
  }

  /** Segments will come. */
  begun(): void {
    this.#folder.begun()
  }

  /** Write a segment behind those that wait. */
  add(segment: ArchivedSegment, files: SegmentBytes): void {
    if (this.#folder.add(segment, files)) void this.#folder.enqueue(() => this.#removeExcess())
  }

  /** Nothing more will come for now. */
  ended(): void {
    void this.#folder.ended()
    void this.#folder.enqueue(async () => this.#bucket?.wake())
  }

  /** Resolves when everything is written. */
  settled(): Promise<void> {
    return this.#folder.settled()
  }

  async segments(span: TimeSpan): Promise<readonly ArchivedSegment[]> {
    return segmentsWithin(this.#folder.hours, this.#listed(span))
  }

  async select(span: TimeSpan): Promise<SegmentSelection | undefined> {
    return selectSegments(this.#folder.hours, this.#listed(span))
  }

  async read(rendition: string, address: SegmentAddress): Promise<Uint8Array | undefined> {
    if ('number' in address) await this.#untilNumbered(address.number)
    return this.#reader.read(rendition, address)
  }

  async open(rendition: string, address: SegmentAddress): Promise<KeptBytes | undefined> {
    if ('number' in address) await this.#untilNumbered(address.number)
    return this.#reader.open(rendition, address)
  }

  async readInit(rendition: string, period: number): Promise<Uint8Array | undefined> {
    await this.#untilNumbered(period)
    return this.#reader.readInit(rendition, period)
  }

  /**
   * A player may ask for what a server that is gone has told it of. Numbers of segments and periods begin with the seconds
   * since the Unix epoch, and rise more slowly.
   */
  async #untilNumbered(number: number): Promise<void> {
    if (number < (this.numbers?.first ?? 0)) await this.untilListed(1000 * number)
  }

  /** What there is without a hole. */
  async spans(): Promise<SpanList> {
    const spans = new SpanList()
    for (const hour of [...this.#folder.hours]) spans.add(await hour.segments())
    return spans
  }

  /** What is in the archive without a hole. */
  async archivedSpans(): Promise<SpanList> {
    const spans = new SpanList()
    for (const hour of [...this.#folder.hours]) {
      const stored = await hour.stored()
      spans.add((await hour.segments()).filter(segment => stored.find(segment) !== undefined))
    }
    return spans
  }

  /** Remove what is too old or too much. */
  async trim(): Promise<void> {
    await this.#folder.enqueue(() => this.#removeExcess())
    const { dvrArchiveMaxAge } = this.#options.settings()
    const [oldest] = this.#folder.hours
    if (!this.#isArchived || dvrArchiveMaxAge === 0 || this.#options.bucket?.queue.isPaused === true) return
    // Hour by hour: each time, the index in the bucket is written anew.
    if (oldest?.summary !== undefined && oldest.summary.span.to < this.#listedFrom - grace) {
      await this.removeBefore(oldest.summary.span.to)
    }
  }

  /** Remove what ends before a time, from the bucket first. What is being written stays. */
  async removeBefore(time: Milliseconds): Promise<void> {
    const folder = this.#folder
    await this.#alone(async () => {
      await this.#bucket?.removeBefore(time)
      for (const hour of folder.hours) {
        if (hour.summary === undefined || hour.summary.span.from >= time) break
        const number = numberToKeepFrom(await hour.segments(), { before: time, bytes: 0 })
        if (number !== undefined) await this.#bucket?.removeBelow(hour, folder.withoutNewest(number))
      }
      await folder.enqueue(() => folder.remove(time, Number.POSITIVE_INFINITY))
    })
    this.#bucket?.wake()
  }

  /** Everything that is there now goes, from the bucket first, and the folder with it. */
  removeAll(): Promise<void> {
    return this.#alone(async () => {
      await this.#bucket?.removeAll()
      await this.clear()
    })
  }

  /** What is on the disk goes, and the folder with it. */
  clear(): Promise<void> {
    return this.#folder.clear()
  }

  /** Lists of older hours take room, and can be read again. */
  releaseLists(): void {
    this.#folder.releaseLists()
  }

  /** While nothing else of the stream is changed in the bucket. */
  #alone(work: () => Promise<void>): Promise<void> {
    return this.#bucket === undefined ? work() : this.#bucket.exclusive(work)
  }

  get #isArchived(): boolean {
    return this.#bucket?.isWanted === true
  }

  /** What lists may name of a span. */
  #listed({ from, to }: TimeSpan): TimeSpan {
    return { from: Math.max(from, this.#listedFrom), to }
  }

  get #listedFrom(): Milliseconds {
    const { dvrMaxAge, dvrArchiveMaxAge } = this.#options.settings()
    const maxAge = this.#isArchived ? dvrArchiveMaxAge : dvrMaxAge
    return maxAge === 0 ? Number.NEGATIVE_INFINITY : this.#options.clock.wall() - maxAge
  }

  /** From the disk, what is older or more than it may be. */
  async #removeExcess(): Promise<void> {
    const { settings, clock, report, bucket, stream } = this.#options
    const { dvrMaxSize, dvrMaxAge } = settings()
    const before = dvrMaxAge === 0 ? Number.NEGATIVE_INFINITY : clock.wall() - dvrMaxAge - grace
    const mostBytes = dvrMaxSize === 0 ? Number.POSITIVE_INFINITY : dvrMaxSize
    try {
      if (!this.#isArchived) return await this.#folder.remove(before, mostBytes)
      const lost = await this.#folder.evict({ before, mostBytes })
      if (lost > 0) bucket?.report.lost(stream, lost)
    } catch (error) {
      report.notRemoved(error)
    }
  }
}
