import type { Clock, Timer } from '../contracts/clock.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { previousTagSizeSize, tagHeaderSize } from '../formats/flv/tag-header.ts'
import { FrameCursor } from '../hub/frame-cursor.ts'
import type { LogEntry } from '../hub/frame-log.ts'
import type { Stream } from '../hub/stream.ts'
import type { PeerInfo, Subscriber, SubscriberCounters } from '../hub/subscriber.ts'
import type { FileWriter } from './file-writer.ts'
import { FlvRecording } from './flv-recording.ts'

/** A batch is written when it has this much … */
const batchBytes: Bytes = 256 * 1024
/** … or is this old, so that a crash costs less than the last second. */
const batchTime: Milliseconds = 500
/** What a frame takes beside its payload. */
const tagSize: Bytes = tagHeaderSize + previousTagSizeSize

export type StreamRecordingOptions = {
  readonly info: PeerInfo
  readonly clock: Clock
  /** Called once, when there is something to write. */
  readonly createFile: () => Promise<FileWriter>
  readonly onStart: (file: string) => void
  /** Called once, whether a file was begun or not. */
  readonly onEnd: (end: RecordingEnd) => void
}

/** How a recording ended: `error` is what went wrong, `undefined` if the file is complete or there was nothing to record. */
export type RecordingEnd = { readonly error: unknown }

/**
 * One publication on its way into one file.
 *
 * Between writes it collects frames; while a write is under way it reads nothing, so a slow disk shows as lag of the
 * cursor, and too much lag as dropped frames: memory holds one batch, the stream waits for nobody.
 */
export class StreamRecording implements Subscriber {
  readonly info: PeerInfo
  /** Resolves when the file is closed. */
  readonly done: Promise<void>
  readonly #stream: Stream
  readonly #options: StreamRecordingOptions
  readonly #cursor: FrameCursor
  #flv: FlvRecording | undefined
  #file: FileWriter | undefined
  #batch: PlacedFrame[] = []
  #batchSize: Bytes = 0
  #timer: Timer | undefined
  /** Ends the collecting; `undefined` while a write is under way. */
  #endBatch: (() => void) | undefined
  #isLive = true

  /** Attaches to the stream at once. The publisher has just come. */
  constructor(stream: Stream, options: StreamRecordingOptions) {
    this.info = options.info
    this.#stream = stream
    this.#options = options
    this.#cursor = new FrameCursor(stream.frames)
    this.#cursor.seekEnd()
    this.done = this.#record()
    stream.subscribe(this)
  }

  /** Path of the file, once there is one. */
  get path(): string | undefined {
    return this.#file?.path
  }

  get counters(): SubscriberCounters {
    return { bytesSent: this.#file?.size ?? 0, framesDropped: this.#cursor.dropped, lag: this.#cursor.lag }
  }

  wake(): boolean {
    if (this.#endBatch === undefined) this.#cursor.keepUp()
    else this.#collect()
    return false
  }

  publisherLeft(): void {
    this.end()
  }

  /** The publisher of this recording was there before it; for the next one there is another recording. */
  publisherReturned(): void {}

  /** Finish the file with what the stream has by now. Idempotent. */
  end(): void {
    if (!this.#isLive) return
    for (let entry = this.#cursor.next(); entry !== undefined; entry = this.#cursor.next()) this.#add(entry)
    this.#detach()
    this.#endBatch?.()
  }

  async #record(): Promise<void> {
    let error: unknown
    try {
      while (this.#isLive || this.#batch.length > 0) {
        await this.#nextBatch()
        await this.#writeBatch()
      }
      await this.#finish()
    } catch (caught) {
      error = caught
      this.#detach()
      await this.#file?.abandon()
    }
    this.#options.onEnd({ error })
  }

  /** Resolves when there is a batch to write, or the publisher has left. */
  #nextBatch(): Promise<void> {
    if (!this.#isLive) return Promise.resolve()
    return new Promise(resolve => {
      this.#endBatch = () => {
        this.#endBatch = undefined
        this.#timer?.cancel()
        this.#timer = undefined
        resolve()
      }
      this.#collect()
    })
  }

  #collect(): void {
    while (this.#batchSize < batchBytes) {
      const entry = this.#cursor.next()
      if (entry === undefined) break
      this.#add(entry)
    }
    if (this.#batchSize >= batchBytes) this.#endBatch?.()
    else if (this.#batch.length > 0) this.#timer ??= this.#options.clock.after(batchTime, () => this.#endBatch?.())
  }

  #add(entry: LogEntry): void {
    // A file begins with sound or picture; what the publisher says before is in the tracks.
    if (this.#flv === undefined && this.#batch.length === 0 && entry.frame.track.kind === 'data') return
    // Not the entry itself: it would keep all that follows it in the log alive while the disk is busy.
    const { frame, time, isJoinPoint, tracks } = entry
    this.#batch.push({ frame, time, isJoinPoint, tracks })
    this.#batchSize += frame.payload.length + tagSize
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#batch
    if (batch.length === 0) return
    this.#batch = []
    this.#batchSize = 0
    this.#flv ??= new FlvRecording(earliest(batch))
    const bytes = this.#flv.encode(batch)
    this.#file ??= await this.#createFile()
    await this.#file.append(bytes)
    if (this.#flv.isHeadOutdated) await this.#file.overwriteStart(this.#flv.encodeHead())
  }

  async #createFile(): Promise<FileWriter> {
    const file = await this.#options.createFile()
    this.#options.onStart(file.path)
    return file
  }

  async #finish(): Promise<void> {
    if (this.#file === undefined || this.#flv === undefined) return
    await this.#file.overwriteStart(this.#flv.encodeFinalHead())
    await this.#file.finish()
  }

  #detach(): void {
    this.#isLive = false
    this.#cursor.wait()
    this.#stream.unsubscribe(this)
  }
}

/** Not always the first: the tracks of an encoder may be a little out of order. */
function earliest(frames: readonly PlacedFrame[]): Milliseconds {
  return frames.reduce((time, frame) => Math.min(time, frame.time), Number.POSITIVE_INFINITY)
}
