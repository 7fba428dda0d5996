import type { Bytes, Milliseconds } from '../core/units.ts'
import type { TimeSpan } from './segments.ts'

/** What is kept of one stream to be rewound. */
export type DvrStatus = {
  readonly stream: string
  /** True if more is to come. */
  readonly isGrowing: boolean
  /** From the oldest to the newest; `undefined` while there is nothing. */
  readonly span: TimeSpan | undefined
  /** In all renditions. */
  readonly segments: number
  readonly bytes: Bytes
  /** `undefined` if nothing of the stream is archived. */
  readonly archive: DvrArchiveStatus | undefined
}

/** How far a stream is archived. */
export type DvrArchiveStatus = {
  /** Not archived yet. */
  readonly pendingSegments: number
  readonly pendingBytes: Bytes
  /** On the disk, archived or not. */
  readonly bytesHere: Bytes
  /** Hours that the archive has and that are not listed yet; `undefined` until it has said which. */
  readonly hoursToRestore: number | undefined
}

/** Where something is kept, and where nothing is in between. */
export type DvrDetail = DvrStatus & {
  readonly ranges: readonly TimeSpan[]
  readonly gaps: readonly TimeSpan[]
  /** What is in the archive, without a hole. */
  readonly archived: readonly TimeSpan[]
  /** When a publisher came back, or something of the tracks changed. */
  readonly discontinuities: readonly Milliseconds[]
}

/** What is kept of all streams, and the way to remove it. */
export interface DvrLibrary {
  /** Sorted by the name of the stream. */
  list(): readonly DvrStatus[]
  /** `undefined` if nothing is kept of the stream. */
  read(stream: string): Promise<DvrDetail | undefined>
  /**
   * Remove what ends before a time, or everything. A stream that goes on is kept from now on. False if nothing is kept
   * of the stream.
   */
  remove(stream: string, before: Milliseconds | undefined): Promise<boolean>
}
