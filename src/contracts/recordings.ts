import type { Bytes } from '../core/units.ts'

/** One recording in progress. */
export type ActiveRecording = {
  /** Path of the file that is being written. */
  readonly file: string
  readonly bytesWritten: Bytes
  readonly framesDropped: number
}

/** What is being recorded now. */
export interface Recordings {
  of(streamName: string): ActiveRecording | undefined
}
