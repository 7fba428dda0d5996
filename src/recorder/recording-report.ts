import type { EventSink } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { Track } from '../media/track.ts'
import { failureReason } from './failure-reason.ts'
import type { FileFormat } from './file-format.ts'
import type { CompleteSegment } from './segment-writer.ts'
import type { RecordingStop, StreamRecording } from './stream-recording.ts'

type ReportOptions = { readonly events: EventSink; readonly log: Log }

/** Tells the log and the observers what becomes of one recording. */
export class RecordingReport {
  readonly #stream: string
  readonly #events: EventSink
  readonly #log: Log
  #segments = 0

  constructor(stream: string, { events, log }: ReportOptions) {
    this.#stream = stream
    this.#events = events
    this.#log = log
  }

  started(file: string): void {
    const stream = this.#stream
    this.#log.info('RECORD_STARTED', 'Records', { stream, file })
    this.#events.emit({ type: 'recording.started', stream, file })
  }

  leftOut({ codecLabel: codec }: Track, { name: container }: FileFormat): void {
    const stream = this.#stream
    this.#log.warn('RECORD_TRACK_LEFT_OUT', `Records without ${codec}: ${container} cannot carry it`, { stream })
    this.#events.emit({ type: 'recording.track-left-out', stream, codec, container })
  }

  segment({ file, bytes, duration }: CompleteSegment): void {
    const fields = { stream: this.#stream, file, bytes, durationMs: duration, number: ++this.#segments }
    this.#log.info('RECORD_SEGMENT', 'A file is complete', fields)
    this.#events.emit({ type: 'recording.segment', ...fields })
  }

  stopped({ files, counters }: StreamRecording, reason: RecordingStop): void {
    if (files.path === undefined) return
    const { path: file, bytes, duration, count, framesMalformed } = files
    if (framesMalformed > 0) {
      const message = 'Recorded without frames that are not what their codec says'
      this.#log.warn('RECORD_FRAMES_MALFORMED', message, { stream: this.#stream, framesMalformed })
    }
    const fields = { stream: this.#stream, file, bytes, durationMs: duration, files: count, reason }
    this.#log.info('RECORD_STOPPED', 'Recording is complete', { ...fields, framesDropped: counters.framesDropped })
    this.#events.emit({ type: 'recording.stopped', ...fields })
  }

  /** @param folder Told instead of the file if there is none. */
  failed({ files }: StreamRecording, error: unknown, folder: string): void {
    const reason = failureReason(error)
    const { path, bytes, duration } = files
    const fields = { stream: this.#stream, file: path ?? folder, bytes, durationMs: duration }
    this.#log.error('RECORD_FAILED', `Recording stopped: ${reason}`, fields)
    this.#events.emit({ type: 'recording.failed', ...fields, reason })
  }
}
