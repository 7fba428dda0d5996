import { join } from 'node:path'
import type { ArchivedSegment } from '../../contracts/segments.ts'
import type { Bytes } from '../../core/units.ts'
import { type DvrDisk, read, writeWhole } from './dvr-disk.ts'
import { type DvrRecord, decodeDvrIndex, encodeDvrRecord } from './dvr-record.ts'

/** What an index says. */
export type IndexContents = {
  /** In the order in which they came. */
  readonly segments: readonly ArchivedSegment[]
  /** Segments below this number were removed. */
  readonly removedBelow: number
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

  async read(): Promise<IndexContents> {
    const bytes = await read(this.#disk, this.#folder, fileName)
    const { records, size } = decodeDvrIndex(bytes ?? new Uint8Array(0))
    this.#size = size
    const removedBelow = records.reduce((most, record) => {
      return record.type === 'removed' ? Math.max(most, record.below) : most
    }, 0)
    const segments = records.flatMap(record => (record.type === 'segment' ? record.segment : []))
    const kept = segments.filter(({ number }) => number >= removedBelow)
    return { segments: kept, removedBelow, isWhole: bytes !== undefined && bytes.length === size }
  }

  /** @throws the system's error; then nothing of the record is there. */
  async append(record: DvrRecord): Promise<void> {
    const bytes = encodeDvrRecord(record)
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
  async replace(segments: readonly ArchivedSegment[], removedBelow: number): Promise<void> {
    const records: DvrRecord[] = segments.map(segment => ({ type: 'segment', segment }))
    const bytes = Buffer.concat([{ type: 'removed', below: removedBelow } as const, ...records].map(encodeDvrRecord))
    await writeWhole(this.#disk, this.#path, bytes)
    this.#size = bytes.length
  }

  get #path(): string {
    return join(this.#folder, fileName)
  }
}
