import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { Log } from '../contracts/log.ts'
import type { SettingsSource } from '../contracts/path-settings.ts'
import type { ActiveRecording, Recordings, StartRecordingResult, StopRecordingResult } from '../contracts/recordings.ts'
import type { Bytes } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { RecordSettings } from './config.ts'
import { failureReason } from './failure-reason.ts'
import { chooseFormat } from './file-formats.ts'
import { type FilePattern, formatFileName, segmentPattern, singleFilePattern } from './file-pattern.ts'
import { type Disk, machineDisk } from './file-writer.ts'
import { RecordingFolder } from './recording-folder.ts'
import { RecordingReport } from './recording-report.ts'
import { SegmentWriter } from './segment-writer.ts'
import { type RecordingEnd, StreamRecording } from './stream-recording.ts'

export type RecorderOptions = {
  /** Folder for the files. */
  readonly dir: string
  /** Looked up when a recording begins. */
  readonly settings: SettingsSource<RecordSettings>
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
  readonly disk?: Disk
}

/** What the recorder has done since its start. */
export type RecorderTotals = {
  files: number
  bytesWritten: Bytes
  framesDropped: number
  framesMalformed: number
  failures: number
}

/** Records what the configuration says, and what is asked for. What fails is one recording, never more. */
export class Recorder implements Recordings {
  readonly #options: RecorderOptions
  readonly #folder: RecordingFolder
  /** The recording of each stream's present publisher, until it is stopped. */
  readonly #live = new Map<string, StreamRecording>()
  /** Live streams by what the configuration said of them last. */
  readonly #wanted = new Map<string, boolean>()
  /** These, and those that are being finished. */
  readonly #open = new Set<StreamRecording>()
  readonly #ended: RecorderTotals = {
    files: 0,
    bytesWritten: 0,
    framesDropped: 0,
    framesMalformed: 0,
    failures: 0,
  }
  #lastId = 0
  #isClosed = false

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#folder = new RecordingFolder(options.dir, options.disk ?? machineDisk)
    options.registry.observe({
      onLive: stream => {
        const { record } = options.settings.of(stream.name)
        this.#wanted.set(stream.name, record)
        if (record && !this.#isClosed) this.#record(stream, 'at-once')
      },
      onIdle: ({ name }) => {
        this.#live.delete(name)
        this.#wanted.delete(name)
      },
    })
  }

  get health(): HealthCheck {
    return this.#folder.health
  }

  /** Recordings in progress, those that are being finished included. */
  get activeCount(): number {
    return this.#open.size
  }

  get totals(): Readonly<RecorderTotals> {
    const totals = { ...this.#ended }
    for (const recording of this.#open) addTo(totals, recording)
    return totals
  }

  /** The configuration has changed. Where it says what it said before, what was asked for since then holds. */
  applySettings(): void {
    if (this.#isClosed) return
    for (const [name, before] of this.#wanted) {
      const { record } = this.#options.settings.of(name)
      if (record === before) continue
      this.#wanted.set(name, record)
      if (record) this.start(name)
      else void this.stop(name)
    }
  }

  of(streamName: string): ActiveRecording | undefined {
    const recording = this.#live.get(streamName)
    return recording && statusOf(streamName, recording)
  }

  list(): readonly ActiveRecording[] {
    const byName = [...this.#live].sort(([a], [b]) => (a < b ? -1 : 1))
    return byName.map(([stream, recording]) => statusOf(stream, recording))
  }

  start(streamName: string): StartRecordingResult {
    if (this.#isClosed) return { ok: false, reason: 'shutdown' }
    const stream = this.#options.registry.getLive(streamName)
    if (stream === undefined) return { ok: false, reason: 'not-live' }
    if (this.#live.has(streamName)) return { ok: false, reason: 'recorded-already' }
    return { ok: true, recording: statusOf(streamName, this.#record(stream, 'at-key-frame')) }
  }

  async stop(streamName: string): Promise<StopRecordingResult> {
    const recording = this.#live.get(streamName)
    if (recording === undefined) return { ok: false, reason: 'not-recorded' }
    this.#live.delete(streamName)
    recording.stop('requested')
    const end = await recording.done
    if (end.type === 'failed') return { ok: false, reason: 'failed', message: failureReason(end.error) }
    return { ok: true, recording: statusOf(streamName, recording) }
  }

  /**
   * Before the first stream, if some are to be recorded: make the folder. If that is not possible, say so here and in
   * `health`, and go on.
   */
  async open(): Promise<void> {
    const problem = await this.#folder.check()
    if (problem !== undefined) this.#options.log.warn('RECORD_FOLDER', problem, { folder: this.#folder.path })
  }

  /** Start no more recordings and finish the present ones. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const recording of this.#open) recording.stop('shutdown')
    await Promise.all([...this.#open].map(recording => recording.done))
  }

  #record(stream: Stream, begins: 'at-once' | 'at-key-frame'): StreamRecording {
    const { clock } = this.#options
    const info = {
      id: `recording-${++this.#lastId}`,
      protocol: 'file',
      peer: 'recorder',
      since: clock.wall(),
      isPart: true as const,
    }
    const report = new RecordingReport(stream.name, this.#options)
    const recording: StreamRecording = new StreamRecording(stream, {
      info,
      clock,
      begins,
      files: this.#filesOf(stream, report),
      onEnd: end => this.#recordingEnded(stream.name, recording, end, report),
    })
    this.#open.add(recording)
    this.#live.set(stream.name, recording)
    return recording
  }

  #filesOf(stream: Stream, report: RecordingReport): SegmentWriter {
    const { clock, settings } = this.#options
    const { format, segment } = settings.of(stream.name)
    const pattern = patternOf(segment)
    const nameOf = (number: number): string =>
      formatFileName(pattern, { stream: stream.name, start: clock.wall(), number })
    return new SegmentWriter({
      limits: segment,
      chooseFormat: tracks => chooseFormat(format, tracks),
      createFile: (extension, number) => this.#folder.createFile(nameOf(number), extension),
      onStart: file => report.started(file),
      onComplete: complete => {
        this.#ended.files++
        report.segment(complete)
      },
      onLeftOut: (track, container) => report.leftOut(track, container),
    })
  }

  #recordingEnded(stream: string, recording: StreamRecording, end: RecordingEnd, report: RecordingReport): void {
    this.#open.delete(recording)
    if (this.#live.get(stream) === recording) this.#live.delete(stream)
    addTo(this.#ended, recording)
    if (end.type === 'failed') {
      this.#ended.failures++
      report.failed(recording, end.error, this.#folder.path)
    } else report.stopped(recording, end.reason)
  }
}

function statusOf(stream: string, { info, files, counters }: StreamRecording): ActiveRecording {
  return {
    stream,
    startedAt: info.since,
    file: files.path,
    files: files.count,
    bytesWritten: files.bytes,
    duration: files.duration,
    framesDropped: counters.framesDropped,
  }
}

function addTo(totals: RecorderTotals, { counters, files }: StreamRecording): void {
  totals.bytesWritten += counters.bytesSent
  totals.framesDropped += counters.framesDropped
  totals.framesMalformed += files.framesMalformed
}

function patternOf({ pattern, duration, maxSize }: RecordSettings['segment']): FilePattern {
  const isSegmented = duration > 0 || maxSize > 0
  return pattern ?? (isSegmented ? segmentPattern : singleFilePattern)
}
