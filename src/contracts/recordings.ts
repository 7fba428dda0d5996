import type { Bytes, Milliseconds } from '../core/units.ts'

/** One recording in progress. */
export type ActiveRecording = {
  readonly stream: string
  /** Wall-clock time. */
  readonly startedAt: Milliseconds
  /** Path of the newest file; `undefined` while the recording waits for its first key frame. */
  readonly file: string | undefined
  /** Files so far; bytes and duration are those of all of them. */
  readonly files: number
  readonly bytesWritten: Bytes
  readonly duration: Milliseconds
  readonly framesDropped: number
}

export type StartRecordingResult =
  | { readonly ok: true; readonly recording: ActiveRecording }
  | { readonly ok: false; readonly reason: 'not-live' | 'recorded-already' | 'shutdown' }

export type StopRecordingResult =
  | { readonly ok: true; readonly recording: ActiveRecording }
  | { readonly ok: false; readonly reason: 'not-recorded' }
  /** The recording ended, but not in order; `message` says why. */
  | { readonly ok: false; readonly reason: 'failed'; readonly message: string }

/** What is being recorded now, and the way to change it. */
export interface Recordings {
  of(streamName: string): ActiveRecording | undefined
  /** Sorted by the name of the stream. */
  list(): readonly ActiveRecording[]
  /** Record what is published now, from its next key frame on, until its publisher leaves. */
  start(streamName: string): StartRecordingResult
  /** End the recording of what is published now. Resolves when its last file is complete. */
  stop(streamName: string): Promise<StopRecordingResult>
}
