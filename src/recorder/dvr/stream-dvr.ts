import type { Clock } from '../../contracts/clock.ts'
import type {
  ArchivedSegment,
  KeptBytes,
  NumberRange,
  PeriodClock,
  SegmentAddress,
  StreamArchive,
  TimeSpan,
} from '../../contracts/segments.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { Bucket } from './bucket/bucket.ts'
import { evict } from './bucket/evict.ts'
import { StreamBucket } from './bucket/stream-bucket.ts'
import type { DvrSettings } from './config.ts'
import { type DvrDisk, list, removeAll } from './dvr-disk.ts'
import type { DvrReport } from './dvr-report.ts'
import { HourFolder, hourName, isHourName } from './hour-folder.ts'
import type { IndexContents } from './hour-index.ts'
import { type HourSummary, nothing, plus, type SegmentSum } from './hour-summary.ts'
import { hourOf, SegmentReader } from './segment-reader.ts'
import { numberToKeepFrom, SpanList, segmentsWithin, spanOf } from './segment-window.ts'

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

/** What a segment is written with. */
export type SegmentBytes = { readonly init: Uint8Array; readonly bytes: Uint8Array }

/** What waits for a disk that is too slow; more is lost. */
const mostWaiting: Bytes = 64 * 1024 * 1024
/** What lists name no more is there for so long, for players that have an older list. */
const grace: Milliseconds = 60_000
/** Lists of hours that were not asked for in this time are read again. The newest ones are always at hand. */
const listedHours = 2

/** The segments of one stream on disk, hour by hour. One thing is written at a time, and nobody waits for it. */
export class StreamDvr implements StreamArchive {
  readonly #options: StreamDvrOptions
  /** In the order of their numbers. */
  #hours: HourFolder[] = []
  #work: Promise<void> = Promise.resolve()
  #waiting: Bytes = 0
  #taken: { readonly last: ArchivedSegment | undefined; readonly end: Milliseconds } = { last: undefined, end: 0 }
  #isGrowing = false
  /** Of packagers, the present one included. */
  #runs = 0
  periodClock: PeriodClock | undefined
  #version = 0
  readonly #bucket: StreamBucket | undefined
  readonly #reader: SegmentReader

  constructor(options: StreamDvrOptions) {
    this.#options = options
    const { bucket } = options
    this.#bucket = bucket && new StreamBucket({ ...options, bucket, hours: this })
    this.#reader = new SegmentReader(this, this.#bucket)
  }

  /** The oldest first. */
  get hours(): readonly HourFolder[] {
    return this.#hours
  }

  get stream(): string {
    return this.#options.stream
  }

  get version(): number {
    return this.#version
  }

  /** True as long as more may come, and until all that has come is written. */
  get isGrowing(): boolean {
    return this.#isGrowing
  }

  /** The newest segment that is on disk. */
  get newest(): ArchivedSegment | undefined {
    return this.#hours.at(-1)?.summary?.newest
  }

  /** The newest segment that has come, whether it is on disk or not, and when what has come ends. */
  get taken(): { readonly last: ArchivedSegment | undefined; readonly end: Milliseconds } {
    return this.#taken
  }

  /** All that can be played. */
  get kept(): SegmentSum {
    return this.#sum(summary => summary)
  }

  /** What is on the disk. */
  get here(): SegmentSum {
    return this.#sum(({ here }) => here)
  }

  /** What is to be archived, and is not yet. */
  get pending(): SegmentSum | undefined {
    return this.#bucket?.isWanted === true ? this.#sum(({ pending }) => pending) : undefined
  }

  #sum(read: (summary: HourSummary) => SegmentSum): SegmentSum {
    return this.#hours.reduce((sum, { summary }) => (summary === undefined ? sum : plus(sum, read(summary))), nothing)
  }

  get span(): TimeSpan | undefined {
    const [first, last] = [this.#hours[0]?.summary?.span, this.#hours.at(-1)?.summary?.span]
    if (first === undefined || last === undefined) return undefined
    const from = Math.max(first.from, this.#listedFrom)
    return from < last.to ? { from, to: last.to } : undefined
  }

  get numbers(): NumberRange | undefined {
    const [first, last] = [this.#hours[0]?.summary?.first, this.newest]
    return first && last && { first: first.number, last: last.number }
  }

  /** Find out what an earlier run has left. */
  async recover(): Promise<void> {
    const { disk, folder } = this.#options
    const names = (await list(disk, folder)).map(({ name }) => name).filter(isHourName)
    for (const [i, name] of names.sort().entries()) {
      const hour = new HourFolder(folder, name, disk)
      await hour.recover(this.newest, i === names.length - 1)
      if (hour.summary === undefined) await hour.remove()
      else this.#hours.push(hour)
      this.#version++
      this.releaseLists()
    }
    this.#bucket?.recovered(this.#hours)
    this.#bucket?.wake()
    this.#taken = { last: this.newest, end: this.#hours.at(-1)?.summary?.span.to ?? 0 }
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

  restore(name: string, archived: IndexContents): Promise<void> {
    return this.enqueue(async () => {
      const known = this.#hours.find(hour => hour.name === name)
      const hour = known ?? new HourFolder(this.#options.folder, name, this.#options.disk)
      await hour.restore(archived)
      if (known === undefined) this.#hours = [...this.#hours, hour].sort((a, b) => (a.name < b.name ? -1 : 1))
      this.#version++
      this.releaseLists()
      const { last, end } = this.#taken
      const { newest, span } = hour.summary ?? {}
      if (newest === undefined || (last !== undefined && last.number >= newest.number)) return
      this.#taken = { last: newest, end: Math.max(end, span?.to ?? 0) }
    })
  }

  /** Write a segment behind those that wait. */
  add(segment: ArchivedSegment, files: SegmentBytes): void {
    const { last, end } = this.#taken
    const isNewest = last === undefined || segment.number > last.number
    this.#taken = { last: isNewest ? segment : last, end: Math.max(end, spanOf(segment).to) }
    if (this.#waiting + segment.size > mostWaiting) return this.#options.report.lost('the disk is too slow')
    this.#waiting += segment.size
    void this.enqueue(async () => {
      await this.#write(segment, files)
      this.#waiting -= segment.size
      await this.#removeExcess()
    })
  }

  async segments(span: TimeSpan): Promise<readonly ArchivedSegment[]> {
    const from = Math.max(span.from, this.#listedFrom)
    const hours = this.#hours.filter(({ summary }) => {
      return summary !== undefined && summary.span.to > from && summary.span.from < span.to
    })
    const found: ArchivedSegment[] = []
    for (const hour of hours) found.push(...segmentsWithin(await hour.segments(), { from, to: span.to }))
    return found
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
    for (const hour of [...this.#hours]) spans.add(await hour.segments())
    return spans
  }

  /** What is in the archive without a hole. */
  async archivedSpans(): Promise<SpanList> {
    const spans = new SpanList()
    for (const hour of [...this.#hours]) {
      const stored = await hour.stored()
      spans.add((await hour.segments()).filter(segment => stored.find(segment) !== undefined))
    }
    return spans
  }

  /** Remove what is too old or too much. */
  async trim(): Promise<void> {
    await this.enqueue(() => this.#removeExcess())
    const { dvrArchiveMaxAge } = this.#options.settings()
    const [oldest] = this.#hours
    if (!this.#isArchived || dvrArchiveMaxAge === 0 || this.#options.bucket?.queue.isPaused === true) return
    // Hour by hour: each time, the index in the bucket is written anew.
    if (oldest?.summary !== undefined && oldest.summary.span.to < this.#listedFrom - grace) {
      await this.removeBefore(oldest.summary.span.to)
    }
  }

  /** Remove what ends before a time, from the bucket first. What is being written stays. */
  async removeBefore(time: Milliseconds): Promise<void> {
    await this.#alone(async () => {
      await this.#bucket?.removeBefore(time)
      for (const hour of this.#hours) {
        if (hour.summary === undefined || hour.summary.span.from >= time) break
        const number = numberToKeepFrom(await hour.segments(), { before: time, bytes: 0 })
        if (number !== undefined) await this.#bucket?.removeBelow(hour, this.#withoutNewest(number))
      }
      await this.enqueue(() => this.#remove(time, Number.POSITIVE_INFINITY))
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
    return this.enqueue(async () => {
      const hours = this.#hours
      this.#hours = []
      this.#version++
      this.#options.report.removed(hours.reduce((sum, { summary }) => sum + (summary?.segments ?? 0), 0))
      await removeAll(this.#options.disk, this.#options.folder)
    })
  }

  /** While nothing else of the stream is changed in the bucket. */
  #alone(work: () => Promise<void>): Promise<void> {
    return this.#bucket === undefined ? work() : this.#bucket.exclusive(work)
  }

  /** Segments will come. */
  begun(): void {
    this.#runs++
    this.#isGrowing = true
    this.#version++
  }

  /** Nothing more will come for now. A reader who was told so before the last segment is written would miss that. */
  ended(): void {
    const run = this.#runs
    void this.enqueue(async () => {
      this.#isGrowing = run !== this.#runs
      this.#version++
      this.#bucket?.wake()
    })
  }

  /** Resolves when everything is written. */
  readonly settled = (): Promise<void> => this.#work

  /** Lists of older hours take room, and can be read again. */
  releaseLists(): void {
    for (const hour of this.#hours.slice(0, -listedHours)) hour.release()
  }

  get #isArchived(): boolean {
    return this.#bucket?.isWanted === true
  }

  get #listedFrom(): Milliseconds {
    const { dvrMaxAge, dvrArchiveMaxAge } = this.#options.settings()
    const maxAge = this.#isArchived ? dvrArchiveMaxAge : dvrMaxAge
    return maxAge === 0 ? Number.NEGATIVE_INFINITY : this.#options.clock.wall() - maxAge
  }

  /** Do something when nothing else is being written. Whatever fails says so by itself. */
  enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => undefined)
    return done
  }

  async #write(segment: ArchivedSegment, { init, bytes }: SegmentBytes): Promise<void> {
    const { report } = this.#options
    try {
      const hour = this.#hourFor(segment)
      await hour.add(segment, init, bytes)
      if (!this.#hours.includes(hour)) this.#hours.push(hour)
      this.#version++
      report.written(bytes.length)
      this.#bucket?.added(segment)
    } catch (error) {
      report.lost(error)
    }
  }

  /** Segments of one number are in one hour, however their times are rounded. */
  #hourFor({ number, time, timescale }: ArchivedSegment): HourFolder {
    const { folder, disk } = this.#options
    const known = hourOf(this.#hours, number)
    const name = hourName((time * 1000) / timescale)
    const isTold = known?.summary !== undefined && number <= known.summary.newest.number
    return known !== undefined && (isTold || known.name >= name) ? known : new HourFolder(folder, name, disk)
  }

  async #removeExcess(): Promise<void> {
    const { settings, clock, report, bucket, stream } = this.#options
    const { dvrMaxSize, dvrMaxAge } = settings()
    const before = dvrMaxAge === 0 ? Number.NEGATIVE_INFINITY : clock.wall() - dvrMaxAge - grace
    const mostBytes = dvrMaxSize === 0 ? Number.POSITIVE_INFINITY : dvrMaxSize
    try {
      if (!this.#isArchived) return await this.#remove(before, mostBytes)
      const keepFrom = this.#withoutNewest(Number.POSITIVE_INFINITY)
      const lost = await evict(this.#hours, { before, mostBytes, keepFrom })
      if (lost === 0) return
      this.#version++
      bucket?.report.lost(stream, lost)
    } catch (error) {
      report.notRemoved(error)
    }
  }

  /** While the stream goes on, its newest segments stay. */
  #withoutNewest(number: number): number {
    return this.isGrowing ? Math.min(number, this.newest?.number ?? 0) : number
  }

  /** Hour by hour, the oldest first. */
  async #remove(before: Milliseconds, mostBytes: Bytes): Promise<void> {
    for (let hour = this.#hours[0]; hour?.summary !== undefined; hour = this.#hours[0]) {
      const { first, newest, segments } = hour.summary
      const wanted = numberToKeepFrom(await hour.segments(), { before, bytes: this.here.bytes - mostBytes }) ?? 0
      const from = this.#withoutNewest(wanted)
      if (from <= first.number) return
      if (from > newest.number) {
        this.#hours = this.#hours.slice(1)
        await hour.remove()
      } else await hour.removeBelow(from)
      this.#version++
      this.#options.report.removed(segments - (hour.summary?.segments ?? 0))
      if (from <= newest.number) return
    }
  }
}
