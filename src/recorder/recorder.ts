import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { Log } from '../contracts/log.ts'
import type { ActiveRecording, Recordings } from '../contracts/recordings.ts'
import type { Bytes } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { RecordConfig } from './config.ts'
import { failureReason } from './failure-reason.ts'
import { type Disk, machineDisk } from './file-writer.ts'
import { RecordingFolder } from './recording-folder.ts'
import { type RecordingEnd, StreamRecording } from './stream-recording.ts'

export type RecorderOptions = {
  readonly config: RecordConfig
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
  readonly disk?: Disk
}

/** What the recorder has done since its start. */
export type RecorderTotals = { bytesWritten: Bytes; framesDropped: number; failures: number }

/** Records every publication of every stream, if the configuration says so. What fails is one recording, never more. */
export class Recorder implements Recordings {
  readonly #options: RecorderOptions
  readonly #folder: RecordingFolder
  /** The newest recording of each stream, while its publisher is there. */
  readonly #live = new Map<string, StreamRecording>()
  /** These, and those that are being finished. */
  readonly #open = new Set<StreamRecording>()
  readonly #ended: RecorderTotals = { bytesWritten: 0, framesDropped: 0, failures: 0 }
  #lastId = 0
  #isClosed = false

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#folder = new RecordingFolder(options.config.dir, options.disk ?? machineDisk)
    if (!options.config.all) return
    options.registry.observe({
      onLive: stream => this.#start(stream),
      onIdle: stream => this.#live.delete(stream.name),
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

  of(streamName: string): ActiveRecording | undefined {
    const recording = this.#live.get(streamName)
    if (recording?.path === undefined) return undefined
    const { bytesSent, framesDropped } = recording.counters
    return { file: recording.path, bytesWritten: bytesSent, framesDropped }
  }

  /** Before the first stream: make the folder. If that is not possible, say so here and in `health`, and go on. */
  async open(): Promise<void> {
    const problem = this.#options.config.all ? await this.#folder.check() : undefined
    if (problem !== undefined) this.#options.log.warn('RECORD_FOLDER', problem, { folder: this.#folder.path })
  }

  /** Start no more recordings and finish the present ones. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const recording of this.#open) recording.end()
    await Promise.all([...this.#open].map(recording => recording.done))
  }

  #start(stream: Stream): void {
    if (this.#isClosed) return
    const { clock } = this.#options
    const info = { id: `recording-${++this.#lastId}`, protocol: 'file', peer: 'recorder', since: clock.wall() }
    const recording: StreamRecording = new StreamRecording(stream, {
      info,
      clock,
      createFile: () => this.#folder.createFile(stream.name, clock.wall()),
      onStart: file => this.#reportStart(stream.name, file),
      onEnd: end => this.#recordingEnded(stream.name, recording, end),
    })
    this.#open.add(recording)
    this.#live.set(stream.name, recording)
  }

  #recordingEnded(stream: string, recording: StreamRecording, end: RecordingEnd): void {
    this.#open.delete(recording)
    if (this.#live.get(stream) === recording) this.#live.delete(stream)
    addTo(this.#ended, recording)
    if (end.error !== undefined) this.#reportFailure(stream, recording, end.error)
    else if (recording.path !== undefined) this.#reportStop(stream, recording.path, recording)
  }

  #reportStart(stream: string, file: string): void {
    const { events, log } = this.#options
    log.info('RECORD_STARTED', 'Records', { stream, file })
    events.emit({ type: 'recording.started', stream, file })
  }

  #reportStop(stream: string, file: string, { counters }: StreamRecording): void {
    const { events, log } = this.#options
    const { bytesSent: bytes, framesDropped } = counters
    log.info('RECORD_STOPPED', 'Recording is complete', { stream, file, bytes, framesDropped })
    events.emit({ type: 'recording.stopped', stream, file, bytes })
  }

  #reportFailure(stream: string, recording: StreamRecording, error: unknown): void {
    const { events, log } = this.#options
    const file = recording.path ?? this.#folder.path
    const reason = failureReason(error)
    this.#ended.failures++
    log.error('RECORD_FAILED', `Recording stopped: ${reason}`, { stream, file })
    events.emit({ type: 'recording.failed', stream, file, reason })
  }
}

function addTo(totals: RecorderTotals, { counters }: StreamRecording): void {
  totals.bytesWritten += counters.bytesSent
  totals.framesDropped += counters.framesDropped
}
