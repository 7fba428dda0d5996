import { join } from 'node:path'
import type { ArchivedSegment, SegmentEvent } from '../../contracts/segments.ts'
import type { Bytes } from '../../core/units.ts'
import { type StoredObject, StoredObjects } from './bucket/stored-object.ts'
import { type DvrDisk, read, writeWhole } from './dvr-disk.ts'
import { type DvrRecord, decodeDvrIndex, encodeDvrRecord } from './dvr-record.ts'

/** What an index says. */
export type IndexContents = {
  /** In the order in which they came. */
  readonly segments: readonly ArchivedSegment[]
  /** Segments below this number were removed. */
  readonly removedBelow: number
  /** What is in the bucket, in the order in which it came there. */
  readonly objects: readonly StoredObject[]
  /** Files of segments below this number are not on the disk any more. */
  readonly evictedBelow: number
  /** False if the file is missing, or does not end with a whole record. */
  readonly isWhole: boolean
}

const fileName = 'index'

/** The file that says which segments an hour has. It only grows, record by record. */
export class HourIndex {
  readonly #folder: string
  readonly #disk: DvrDisk
  /** Of its whole records; `undefined` before it was read. */
  #size: Bytes | undefined

  constructor(folder: string, disk: DvrDisk) {
    this.#folder = folder
    this.#disk = disk
  }

  /** As it is on the disk; `undefined` if it is not there. */
  bytes(): Promise<Uint8Array | undefined> {
    return read(this.#disk, this.#folder, fileName)
  }

  async read(): Promise<IndexContents> {
    const bytes = await this.bytes()
    const { size, ...contents } = readIndex(bytes ?? new Uint8Array(0))
    this.#size = size
    return { ...contents, isWhole: bytes !== undefined && contents.isWhole }
  }

  /** @throws the system's error; then nothing of the records is there. */
  async append(...records: readonly DvrRecord[]): Promise<void> {
    const bytes = Buffer.concat(records.map(encodeDvrRecord))
    const size = this.#size ?? 0
    try {
      await this.#disk.appendFile(this.#path, bytes)
      this.#size = size + bytes.length
    } catch (error) {
      // A full disk takes a part of it, behind which nothing could be read.
      await this.#disk.truncate(this.#path, size).catch(() => undefined)
      throw error
    }
  }

  /** Write it anew. */
  async replace({ segments, removedBelow, objects, evictedBelow }: Omit<IndexContents, 'isWhole'>): Promise<void> {
    const records: readonly DvrRecord[] = [
      { type: 'removed', below: removedBelow },
      { type: 'evicted', below: evictedBelow },
      ...objects.map(object => ({ type: 'stored', object }) as const),
      ...segments.flatMap(recordsOf),
    ]
    const bytes = Buffer.concat(records.map(encodeDvrRecord))
    await writeWhole(this.#disk, this.#path, bytes)
    this.#size = bytes.length
  }

  get #path(): string {
    return join(this.#folder, fileName)
  }
}

/** What is written of a segment: what it tells stands before it, so that no crash comes between them. */
export function recordsOf(segment: ArchivedSegment): readonly DvrRecord[] {
  const { rendition, number, events = [] } = segment
  return [...events.map(event => ({ type: 'event', rendition, number, event }) as const), { type: 'segment', segment }]
}

/** What the bytes of an index say, and how many of them are whole records. */
export function readIndex(bytes: Uint8Array): IndexContents & { readonly size: Bytes } {
  const { records, size } = decodeDvrIndex(bytes)
  return { ...contentsOf(records), isWhole: bytes.length === size, size }
}

function contentsOf(records: readonly DvrRecord[]): Omit<IndexContents, 'isWhole'> {
  const below = (type: 'removed' | 'evicted'): number =>
    records.reduce((most, record) => (record.type === type ? Math.max(most, record.below) : most), 0)
  const [removedBelow, evictedBelow] = [below('removed'), below('evicted')]
  const objects = records.flatMap(record => (record.type === 'stored' ? record.object : []))
  const stored = new StoredObjects(objects)
  const segments = segmentsOf(records)
  const kept = segments.filter(segment => {
    return segment.number >= removedBelow && (segment.number >= evictedBelow || stored.find(segment) !== undefined)
  })
  return { segments: kept, removedBelow, objects: objects.filter(({ last }) => last >= removedBelow), evictedBelow }
}

/** With what they tell. */
function segmentsOf(records: readonly DvrRecord[]): readonly ArchivedSegment[] {
  const segments: ArchivedSegment[] = []
  const events = new Map<string, SegmentEvent[]>()
  for (const record of records) {
    if (record.type === 'event') {
      const key = `${record.rendition} ${record.number}`
      events.set(key, [...(events.get(key) ?? []), record.event])
    } else if (record.type === 'segment') {
      const { rendition, number } = record.segment
      const told = events.size === 0 ? undefined : events.get(`${rendition} ${number}`)
      segments.push(told === undefined ? record.segment : { ...record.segment, events: told })
    }
  }
  return segments
}
