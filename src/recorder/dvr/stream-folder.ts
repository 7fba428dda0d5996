import type { ArchivedSegment, NumberRange } from '../../contracts/segments.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import { type EvictLimits, evict } from './bucket/evict.ts'
import type { StreamHours } from './bucket/stream-hours.ts'
import { type DvrDisk, list, removeAll } from './dvr-disk.ts'
import type { DvrReport } from './dvr-report.ts'
import { HourFolder, hourName, isHourName } from './hour-folder.ts'
import type { IndexContents } from './hour-index.ts'
import { type HourSummary, nothing, plus, type SegmentSum } from './hour-summary.ts'
import { hourOf } from './segment-reader.ts'
import { numberToKeepFrom, spanOf } from './segment-window.ts'

export type StreamFolderOptions = {
  readonly folder: string
  readonly disk: DvrDisk
  readonly report: DvrReport
  readonly onWritten: (segment: ArchivedSegment) => void
}

/** What a segment is written with. */
export type SegmentBytes = { readonly init: Uint8Array; readonly bytes: Uint8Array }

/** The newest segment that has come, and when what has come ends. */
export type TakenSegments = { readonly last: ArchivedSegment | undefined; readonly end: Milliseconds }

/** What waits for a disk that is too slow; more is lost. */
const mostWaiting: Bytes = 64 * 1024 * 1024
/** Lists of hours that were not asked for in this time are read again. The newest ones are always at hand. */
const listedHours = 2

/** What one stream has on the disk, hour by hour. One thing is written at a time, and nobody waits for it. */
export class StreamFolder implements StreamHours {
  readonly #options: StreamFolderOptions
  /** In the order of their numbers. */
  #hours: HourFolder[] = []
  #work: Promise<void> = Promise.resolve()
  #waiting: Bytes = 0
  #taken: TakenSegments = { last: undefined, end: 0 }
  #isGrowing = false
  /** Of packagers, the present one included. */
  #runs = 0
  #version = 0
  #revision = 0

  constructor(options: StreamFolderOptions) {
    this.#options = options
  }

  get hours(): readonly HourFolder[] {
    return this.#hours
  }

  /** Changes with everything that there is to tell. */
  get version(): number {
    return this.#version
  }

  /** As the version, but for what comes at the end and goes at the beginning. */
  get revision(): number {
    return this.#revision
  }

  /** True as long as more may come, and until all that has come is written. */
  get isGrowing(): boolean {
    return this.#isGrowing
  }

  /** The newest segment that is on disk. */
  get newest(): ArchivedSegment | undefined {
    return this.#hours.at(-1)?.summary?.newest
  }

  /** Whether it is on disk or not. */
  get taken(): TakenSegments {
    return this.#taken
  }

  get numbers(): NumberRange | undefined {
    const [first, last] = [this.#hours[0]?.summary?.first, this.newest]
    return first && last && { first: first.number, last: last.number }
  }

  sum(read: (summary: HourSummary) => SegmentSum): SegmentSum {
    return this.#hours.reduce((sum, { summary }) => (summary === undefined ? sum : plus(sum, read(summary))), nothing)
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
      this.#revision++
      this.releaseLists()
    }
    this.#taken = { last: this.newest, end: this.#hours.at(-1)?.summary?.span.to ?? 0 }
  }

  restore(name: string, archived: IndexContents): Promise<void> {
    return this.enqueue(async () => {
      const known = this.#hours.find(hour => hour.name === name)
      const hour = known ?? new HourFolder(this.#options.folder, name, this.#options.disk)
      await hour.restore(archived)
      if (known === undefined) this.#hours = [...this.#hours, hour].sort((a, b) => (a.name < b.name ? -1 : 1))
      this.#version++
      this.#revision++
      this.releaseLists()
      const { last, end } = this.#taken
      const { newest, span } = hour.summary ?? {}
      if (newest === undefined || (last !== undefined && last.number >= newest.number)) return
      this.#taken = { last: newest, end: Math.max(end, span?.to ?? 0) }
    })
  }

  /** Segments will come. */
  begun(): void {
    this.#runs++
    this.#isGrowing = true
    this.#version++
  }

  /** Nothing more will come for now. A reader who was told so before the last segment is written would miss that. */
  ended(): Promise<void> {
    const run = this.#runs
    return this.enqueue(async () => {
      this.#isGrowing = run !== this.#runs
      this.#version++
    })
  }

  /** Write a segment behind what waits. False if it is lost, because too much does. */
  add(segment: ArchivedSegment, files: SegmentBytes): boolean {
    const { last, end } = this.#taken
    const isNewest = last === undefined || segment.number > last.number
    this.#taken = { last: isNewest ? segment : last, end: Math.max(end, spanOf(segment).to) }
    if (this.#waiting + segment.size > mostWaiting) {
      this.#options.report.lost('the disk is too slow')
      return false
    }
    this.#waiting += segment.size
    void this.enqueue(async () => {
      await this.#write(segment, files)
      this.#waiting -= segment.size
    })
    return true
  }

  /** Remove what ends before a time, and the oldest of what is too much. Hour by hour, the oldest first. */
  async remove(before: Milliseconds, mostBytes: Bytes): Promise<void> {
    for (let hour = this.#hours[0]; hour?.summary !== undefined; hour = this.#hours[0]) {
      const { first, newest, segments } = hour.summary
      const bytesHere = this.sum(({ here }) => here).bytes
      const wanted = numberToKeepFrom(await hour.segments(), { before, bytes: bytesHere - mostBytes }) ?? 0
      const from = this.withoutNewest(wanted)
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

  /** Remove only what the bucket has, as far as that suffices. @returns How many segments are lost all the same. */
  async evict(limits: Omit<EvictLimits, 'keepFrom'>): Promise<number> {
    const lost = await evict(this.#hours, { ...limits, keepFrom: this.withoutNewest(Number.POSITIVE_INFINITY) })
    if (lost > 0) this.#version++
    return lost
  }

  /** Everything goes, and the folder too. */
  clear(): Promise<void> {
    return this.enqueue(async () => {
      const hours = this.#hours
      this.#hours = []
      this.#version++
      this.#revision++
      this.#options.report.removed(hours.reduce((sum, { summary }) => sum + (summary?.segments ?? 0), 0))
      await removeAll(this.#options.disk, this.#options.folder)
    })
  }

  /** While the stream goes on, its newest segments stay. */
  withoutNewest(number: number): number {
    return this.isGrowing ? Math.min(number, this.newest?.number ?? 0) : number
  }

  /** Lists of older hours take room, and can be read again. */
  releaseLists(): void {
    for (const hour of this.#hours.slice(0, -listedHours)) hour.release()
  }

  /** Do something when nothing else is being written. Whatever fails says so by itself. */
  enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => undefined)
    return done
  }

  /** Resolves when everything is written. */
  settled(): Promise<void> {
    return this.#work
  }

  async #write(segment: ArchivedSegment, { init, bytes }: SegmentBytes): Promise<void> {
    const { report, onWritten } = this.#options
    try {
      const hour = this.#hourFor(segment)
      await hour.add(segment, init, bytes)
      if (!this.#hours.includes(hour)) this.#hours.push(hour)
      this.#version++
      report.written(bytes.length)
      onWritten(segment)
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
}
