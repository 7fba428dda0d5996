import { join } from 'node:path'
import type { ArchivedSegment, SegmentAddress, SegmentFacts, TimeSpan } from '../../contracts/segments.ts'
import type { Bytes, Milliseconds, Ticks } from '../../core/units.ts'
import { type DvrDisk, list, read, removeAll, writeWhole } from './dvr-disk.ts'
import { formatDvrFile, parseDvrFile } from './dvr-file-name.ts'
import { HourIndex } from './hour-index.ts'
import { recoverHour } from './recover-hour.ts'
import { spanOf } from './segment-window.ts'

const hourMs: Milliseconds = 3_600_000

/** Name of the folder for what begins at a time: `2026-11-21T09`. */
export function hourName(time: Milliseconds): string {
  return new Date(Math.floor(time / hourMs) * hourMs).toISOString().slice(0, 13)
}

export function isHourName(name: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d$/.test(name)
}

/** What an hour has, without its list. */
type Summary = {
  readonly first: ArchivedSegment
  readonly newest: ArchivedSegment
  readonly span: TimeSpan
  readonly segments: number
  readonly bytes: Bytes
  /** Of each rendition: one, unless it has changed in this hour. */
  readonly timescales: ReadonlyMap<string, readonly number[]>
}

/** Times are rounded: an hour may have a little more than its span. */
const tolerance: Milliseconds = 1000

/** The segments of a stream that begin in one hour: their files, and the index of them. */
export class HourFolder {
  /** `2026-11-21T09` */
  readonly name: string
  readonly #path: string
  readonly #disk: DvrDisk
  readonly #index: HourIndex
  #summary: Summary | undefined
  /** Read when somebody needs them. */
  #segments: ArchivedSegment[] | undefined
  readonly #initsWritten = new Set<string>()

  /** @param folder Of the stream. */
  constructor(folder: string, name: string, disk: DvrDisk) {
    this.name = name
    this.#path = join(folder, name)
    this.#disk = disk
    this.#index = new HourIndex(this.#path, disk)
  }

  /** `undefined` while it has no segment. */
  get summary(): Summary | undefined {
    return this.#summary
  }

  /** Read what is there, and repair it. @param isNewest A crash may have come between a file and its record. */
  async recover(before: ArchivedSegment | undefined, isNewest: boolean): Promise<void> {
    const index = await this.#index.read()
    const isIntact = index.isWhole && !isNewest
    const segments = isIntact ? index.segments : await recoverHour(this.#disk, this.#path, index, before)
    const isChanged = !index.isWhole || segments.some((segment, i) => segment !== index.segments[i])
    if (isChanged || segments.length !== index.segments.length) await this.#index.replace(segments, index.removedBelow)
    this.#segments = [...segments]
    this.#summary = summarize(segments)
  }

  /** Those that are not removed. Never changed, but added to. */
  async segments(): Promise<readonly ArchivedSegment[]> {
    this.#segments ??= [...(await this.#index.read()).segments]
    return this.#segments
  }

  /** Forget what can be read again. */
  release(): void {
    this.#segments = undefined
  }

  /** @throws the system's error; then the segment is not there. */
  async add(segment: ArchivedSegment, init: Uint8Array, bytes: Uint8Array): Promise<void> {
    await this.#disk.mkdir(this.#path, { recursive: true })
    const { rendition, period, number } = segment
    const head = `${rendition} ${period}`
    if (!this.#initsWritten.has(head)) {
      await this.#write(formatDvrFile({ type: 'init', rendition, period, number }), init)
      this.#initsWritten.add(head)
    }
    await this.#write(formatDvrFile({ type: 'segment', rendition, number }), bytes)
    await this.#index.append({ type: 'segment', segment })
    this.#segments?.push(segment)
    this.#summary = extend(this.#summary, segment)
  }

  /** Remove the segments below a number. */
  async removeBelow(number: number): Promise<void> {
    const segments = await this.segments()
    await this.#index.append({ type: 'removed', below: number })
    const kept = segments.filter(segment => segment.number >= number)
    this.#segments = kept
    this.#summary = summarize(kept)
    for (const segment of segments) if (segment.number < number) await this.#remove(segment)
  }

  /** Remove everything. */
  async remove(): Promise<void> {
    this.#segments = []
    this.#summary = undefined
    await removeAll(this.#disk, this.#path)
  }

  async read(rendition: string, address: SegmentAddress): Promise<Uint8Array | undefined> {
    if ('number' in address) return this.#read(rendition, address.number)
    if (!this.#mayHave(rendition, address.time)) return undefined
    const segments = await this.segments()
    const found = segments.find(segment => segment.rendition === rendition && segment.time === address.time)
    return found && this.#read(rendition, found.number)
  }

  async readInit(rendition: string, period: number): Promise<Uint8Array | undefined> {
    for (const { name } of await list(this.#disk, this.#path)) {
      const file = parseDvrFile(name)
      if (file?.type !== 'init' || file.rendition !== rendition || file.period !== period) continue
      return read(this.#disk, this.#path, name)
    }
    return undefined
  }

  #mayHave(rendition: string, time: Ticks): boolean {
    const { span, timescales } = this.#summary ?? {}
    if (span === undefined) return false
    return (timescales?.get(rendition) ?? []).some(timescale => {
      const at = (1000 * time) / timescale
      return at >= span.from - tolerance && at < span.to + tolerance
    })
  }

  #read(rendition: string, number: number): Promise<Uint8Array | undefined> {
    return read(this.#disk, this.#path, formatDvrFile({ type: 'segment', rendition, number }))
  }

  #write(name: string, bytes: Uint8Array): Promise<void> {
    return writeWhole(this.#disk, join(this.#path, name), bytes)
  }

  async #remove({ rendition, number }: SegmentFacts): Promise<void> {
    await removeAll(this.#disk, join(this.#path, formatDvrFile({ type: 'segment', rendition, number })))
  }
}

function summarize(segments: readonly ArchivedSegment[]): Summary | undefined {
  return segments.reduce<Summary | undefined>(extend, undefined)
}

function extend(summary: Summary | undefined, segment: ArchivedSegment): Summary {
  const span = spanOf(segment)
  const timescales = withTimescale(summary?.timescales ?? new Map(), segment)
  if (summary === undefined) {
    return { first: segment, newest: segment, span, segments: 1, bytes: segment.size, timescales }
  }
  const { first, newest, segments, bytes } = summary
  return {
    first: segment.number < first.number ? segment : first,
    newest: segment.number > newest.number ? segment : newest,
    span: { from: Math.min(summary.span.from, span.from), to: Math.max(summary.span.to, span.to) },
    segments: segments + 1,
    bytes: bytes + segment.size,
    timescales,
  }
}

function withTimescale(
  timescales: ReadonlyMap<string, readonly number[]>,
  { rendition, timescale }: ArchivedSegment,
): ReadonlyMap<string, readonly number[]> {
  const known = timescales.get(rendition) ?? []
  return known.includes(timescale) ? timescales : new Map(timescales).set(rendition, [...known, timescale])
}
