import { join } from 'node:path'
import type { ArchivedSegment, KeptBytes, SegmentAddress, SegmentFacts } from '../../contracts/segments.ts'
import type { Milliseconds, Ticks } from '../../core/units.ts'
import { SegmentSource } from './bucket/segment-source.ts'
import { type StoredObject, StoredObjects } from './bucket/stored-object.ts'
import { type DvrDisk, list, openFile, read, removeAll, writeWhole } from './dvr-disk.ts'
import { formatDvrFile, parseDvrFile } from './dvr-file-name.ts'
import { HourIndex, type IndexContents, recordsOf } from './hour-index.ts'
import { extendSummary, type HourSummary, summarizeHour } from './hour-summary.ts'
import { recoverHour } from './recover-hour.ts'
import { groupSegments, type SegmentGroup } from './segment-window.ts'

const hourMs: Milliseconds = 3_600_000

/** Name of the folder for what begins at a time: `2026-11-21T09`. */
export function hourName(time: Milliseconds): string {
  return new Date(Math.floor(time / hourMs) * hourMs).toISOString().slice(0, 13)
}

/** When the hour of a name begins. */
export function hourStart(name: string): Milliseconds {
  return Date.parse(`${name}:00:00Z`)
}

export function isHourName(name: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d$/.test(name)
}

/** What an index says of what is kept. */
type HourList = {
  readonly segments: ArchivedSegment[]
  readonly stored: StoredObjects
  readonly removedBelow: number
  readonly evictedBelow: number
  /** The segments, put together when somebody asks for that. */
  groups: readonly SegmentGroup[] | undefined
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
  #summary: HourSummary | undefined
  /** Read when somebody needs it. */
  #list: HourList | undefined
  readonly #initsWritten = new Set<string>()

  /** @param folder Of the stream. */
  constructor(folder: string, name: string, disk: DvrDisk) {
    this.name = name
    this.#path = join(folder, name)
    this.#disk = disk
    this.#index = new HourIndex(this.#path, disk)
  }

  /** `undefined` while it has no segment. */
  get summary(): HourSummary | undefined {
    return this.#summary
  }

  /** Read what is there, and repair it. @param isNewest A crash may have come between a file and its record. */
  async recover(before: ArchivedSegment | undefined, isNewest: boolean): Promise<void> {
    const index = await this.#index.read()
    const isIntact = index.isWhole && !isNewest
    const segments = isIntact ? index.segments : await recoverHour(this.#disk, this.#path, index, before)
    const isChanged = !index.isWhole || segments.some((segment, i) => segment !== index.segments[i])
    if (isChanged || segments.length !== index.segments.length) await this.#index.replace({ ...index, segments })
    this.#setList(listOf({ ...index, segments }))
  }

  /** Those that are not removed. Never changed, but added to. */
  async segments(): Promise<readonly ArchivedSegment[]> {
    return (await this.#listed()).segments
  }

  /** The same, put together. */
  async groups(): Promise<readonly SegmentGroup[]> {
    const known = await this.#listed()
    known.groups ??= groupSegments(known.segments)
    return known.groups
  }

  /** Those whose files are on the disk. */
  async segmentsHere(): Promise<readonly ArchivedSegment[]> {
    const { segments, evictedBelow } = await this.#listed()
    return evictedBelow === 0 ? segments : segments.filter(({ number }) => number >= evictedBelow)
  }

  /** What is in the bucket. */
  async stored(): Promise<StoredObjects> {
    return (await this.#listed()).stored
  }

  /** Forget what can be read again. */
  release(): void {
    this.#list = undefined
  }

  /** @throws the system's error; then the segment is not there. */
  async add(segment: ArchivedSegment, init: Uint8Array, bytes: Uint8Array): Promise<void> {
    await this.#disk.mkdir(this.#path, { recursive: true })
    if (this.#summary === undefined) this.#list ??= listOf(emptyIndex)
    const { rendition, period, number } = segment
    const head = `${rendition} ${period}`
    if (!this.#initsWritten.has(head)) {
      await this.#write(formatDvrFile({ type: 'init', rendition, period, number }), init)
      this.#initsWritten.add(head)
    }
    await this.#write(formatDvrFile({ type: 'segment', rendition, number }), bytes)
    await this.#index.append(...recordsOf(segment))
    if (this.#list !== undefined) {
      this.#list.segments.push(segment)
      this.#list.groups = undefined
    }
    this.#summary = extendSummary(this.#summary, segment)
  }

  /** Segments have come into the bucket: those too that the disk could not hold until now. */
  async store(object: StoredObject): Promise<void> {
    await this.#index.append({ type: 'stored', object })
    this.#setList(listOf(await this.#index.read()))
  }

  /** What the bucket has is listed, before what is here. */
  async restore(archived: IndexContents): Promise<void> {
    await this.#disk.mkdir(this.#path, { recursive: true })
    const here = this.#summary === undefined ? listOf(emptyIndex) : await this.#listed()
    const joined = {
      segments: [...archived.segments, ...here.segments],
      objects: [...archived.objects, ...here.stored.all],
      removedBelow: Math.max(archived.removedBelow, here.removedBelow),
      evictedBelow: Math.max(archived.evictedBelow, here.evictedBelow),
    }
    await this.#index.replace(joined)
    this.#setList(listOf(joined))
  }

  /** Remove the files of the segments below a number: those that are in the bucket stay listed. */
  async evictBelow(number: number): Promise<void> {
    const known = await this.#listed()
    await this.#index.append({ type: 'evicted', below: number })
    const kept = known.segments.filter(segment => segment.number >= number || known.stored.find(segment) !== undefined)
    this.#setList({ ...known, segments: kept, evictedBelow: number })
    for (const segment of known.segments) {
      if (segment.number >= known.evictedBelow && segment.number < number) await this.#remove(segment)
    }
  }

  /** Remove the segments below a number. */
  async removeBelow(number: number): Promise<void> {
    const known = await this.#listed()
    await this.#index.append({ type: 'removed', below: number })
    this.#setList({
      ...known,
      segments: known.segments.filter(segment => segment.number >= number),
      removedBelow: number,
    })
    for (const segment of known.segments) if (segment.number < number) await this.#remove(segment)
  }

  /** Remove everything. */
  async remove(): Promise<void> {
    this.#list = undefined
    this.#summary = undefined
    await removeAll(this.#disk, this.#path)
  }

  /** From the disk. */
  async read(rendition: string, address: SegmentAddress): Promise<Uint8Array | undefined> {
    if ('number' in address) return this.#read(rendition, address.number)
    const found = await this.find(rendition, address)
    return found && this.#read(rendition, found.number)
  }

  /** From the disk. */
  async open(rendition: string, address: SegmentAddress): Promise<KeptBytes | undefined> {
    const { number } = 'number' in address ? address : ((await this.find(rendition, address)) ?? {})
    if (number === undefined) return undefined
    return openFile(this.#disk, this.#path, formatDvrFile({ type: 'segment', rendition, number }))
  }

  async find(rendition: string, address: SegmentAddress): Promise<ArchivedSegment | undefined> {
    if ('time' in address && !this.#mayHave(rendition, address.time)) return undefined
    const [key, value] = 'time' in address ? (['time', address.time] as const) : (['number', address.number] as const)
    return (await this.segments()).find(segment => segment.rendition === rendition && segment[key] === value)
  }

  /** The index as it is on the disk. */
  indexBytes(): Promise<Uint8Array | undefined> {
    return this.#index.bytes()
  }

  /** Segments of one rendition and period as they are stored: behind their initialisation segment. */
  async sourceOf(segments: readonly ArchivedSegment[]): Promise<SegmentSource> {
    const [first] = segments
    const head = first && (await this.readInit(first.rendition, first.period))
    return new SegmentSource(head ?? new Uint8Array(0), segments, ({ rendition, number }) => {
      return this.#read(rendition, number)
    })
  }

  /** Leave out those segments whose files are not there as a whole: somebody has changed them by hand. */
  async dropBroken(segments: readonly ArchivedSegment[]): Promise<void> {
    const broken = new Set<ArchivedSegment>()
    for (const segment of segments) {
      const bytes = await this.#read(segment.rendition, segment.number)
      if (bytes?.length !== segment.size) broken.add(segment)
    }
    const known = await this.#listed()
    const kept = { ...known, segments: known.segments.filter(segment => !broken.has(segment)) }
    await this.#index.replace({ ...kept, objects: kept.stored.all })
    this.#setList(kept)
  }

  async readInit(rendition: string, period: number): Promise<Uint8Array | undefined> {
    for (const { name } of await list(this.#disk, this.#path)) {
      const file = parseDvrFile(name)
      if (file?.type !== 'init' || file.rendition !== rendition || file.period !== period) continue
      return read(this.#disk, this.#path, name)
    }
    return undefined
  }

  async #listed(): Promise<HourList> {
    this.#list ??= listOf(await this.#index.read())
    return this.#list
  }

  #setList(known: HourList): void {
    this.#list = { ...known, groups: undefined }
    this.#summary = summarizeHour(known.segments, known.stored, known.evictedBelow)
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

const emptyIndex = { segments: [], objects: [], removedBelow: 0, evictedBelow: 0 } as const

function listOf({ segments, objects, removedBelow, evictedBelow }: Omit<IndexContents, 'isWhole'>): HourList {
  return { segments: [...segments], stored: new StoredObjects(objects), removedBelow, evictedBelow, groups: undefined }
}
