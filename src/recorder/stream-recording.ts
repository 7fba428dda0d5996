import type { Clock, Timer } from '../contracts/clock.ts'
import type { ReaderEnd } from '../contracts/end-reason.ts'
import type { Milliseconds } from '../core/units.ts'
import { FrameCursor } from '../hub/frame-cursor.ts'
import type { LogEntry } from '../hub/frame-log.ts'
import type { Stream } from '../hub/stream.ts'
import type { PeerInfo, Subscriber, SubscriberCounters } from '../hub/subscriber.ts'
import { FrameBatch } from './frame-batch.ts'
import { mayBeginFile } from './segment-cut.ts'
import type { SegmentWriter } from './segment-writer.ts'

/** Why a recording was ended. */
export type RecordingStop = 'publisher-left' | 'requested' | 'shutdown'

/** How a recording ended: with complete files, if there was something to record, or with what went wrong. */
export type RecordingEnd =
  | { readonly type: 'stopped'; readonly reason: RecordingStop }
  | { readonly type: 'failed'; readonly error: unknown }

export type StreamRecordingOptions = {
  readonly info: PeerInfo
  readonly clock: Clock
  /** With the first frame of a publisher who has just come, or in the middle, at the next frame that a player could. */
  readonly begins: 'at-once' | 'at-key-frame'
  readonly files: SegmentWriter
  /** Called once, whether a file was begun or not. */
  readonly onEnd: (end: RecordingEnd) => void
}

/**
 * One publication on its way into files.
 *
 * Between writes it collects frames; while a write is under way it reads nothing, so a slow disk shows as lag of the
 * cursor, and too much lag as dropped frames: memory holds one batch, the stream waits for nobody.
 */
export class StreamRecording implements Subscriber {
  readonly info: PeerInfo
  /** Resolves when the last file is closed. Never rejects. */
  readonly done: Promise<RecordingEnd>
  readonly #stream: Stream
  readonly #options: StreamRecordingOptions
  readonly #cursor: FrameCursor
  readonly #batch = new FrameBatch()
  /** True from the first frame that is recorded. */
  #hasBegun = false
  #timer: Timer | undefined
  /** Ends the collecting; `undefined` while a write is under way. */
  #endBatch: (() => void) | undefined
  #isLive = true
  /** A fault of ours keeps it from reading on. */
  #hasFailed = false
  #reason: RecordingStop = 'shutdown'

  /** Attaches to the stream at once. */
  constructor(stream: Stream, options: StreamRecordingOptions) {
    this.info = options.info
    this.#stream = stream
    this.#options = options
    this.#cursor = new FrameCursor(stream.frames)
    this.#cursor.seekEnd()
    this.done = this.#record()
    stream.subscribe(this)
  }

  get files(): Pick<SegmentWriter, 'path' | 'count' | 'bytes' | 'duration' | 'framesMalformed'> {
    return this.#options.files
  }

  get counters(): SubscriberCounters {
    return { bytesSent: this.files.bytes, framesDropped: this.#cursor.dropped, lag: this.#cursor.lag }
  }

  wake(_now: Milliseconds, isLast: boolean): boolean {
    // The end of the recording takes what is left.
    if (isLast) return false
    if (this.#endBatch === undefined) this.#cursor.keepUp()
    else this.#collect()
    return false
  }

  publisherLeft(): void {
    this.stop('publisher-left')
  }

  /** The publisher of this recording was there before it; for the next one there is another recording. */
  publisherReturned(): void {}

  end(reason: ReaderEnd): void {
    if (reason === 'failed') this.#fail()
    else this.stop('shutdown')
  }

  /** Complete the file with what the stream has by now. The first reason counts. */
  stop(reason: RecordingStop): void {
    if (!this.#isLive) return
    for (let entry = this.#cursor.next(); entry !== undefined; entry = this.#cursor.next()) this.#add(entry)
    this.#cursor.giveUp()
    this.#reason = reason
    this.#detach()
    this.#endBatch?.()
  }

  /** What has been read is recorded, and no more. */
  #fail(): void {
    if (!this.#isLive) return
    this.#cursor.giveUp()
    this.#hasFailed = true
    this.#detach()
    this.#endBatch?.()
  }

  async #record(): Promise<RecordingEnd> {
    const end = await this.#writeAll()
    this.#options.onEnd(end)
    return end
  }

  async #writeAll(): Promise<RecordingEnd> {
    const { files } = this.#options
    try {
      while (this.#isLive || !this.#batch.isEmpty) {
        await this.#nextBatch()
        await this.#writeBatch()
      }
      await files.finish()
      if (this.#hasFailed) return { type: 'failed', error: new RangeError('the server could not read the stream on') }
      return { type: 'stopped', reason: this.#reason }
    } catch (error) {
      this.#detach()
      await files.abandon()
      return { type: 'failed', error }
    }
  }

  /** Resolves when there is a batch to write, or the recording is to stop. */
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
    const beginsFile = !this.#options.files.isOpen
    while (!this.#batch.isFull(beginsFile)) {
      const entry = this.#cursor.next()
      if (entry === undefined) break
      this.#add(entry)
    }
    if (this.#batch.isFull(beginsFile)) this.#endBatch?.()
    else if (!this.#batch.isEmpty) {
      this.#timer ??= this.#options.clock.after(FrameBatch.maxAge(beginsFile), () => this.#endBatch?.())
    }
  }

  #add(entry: LogEntry): void {
    this.#hasBegun ||= this.#mayBegin(entry)
    if (!this.#hasBegun) return
    // Not the entry itself: it would keep all that follows it in the log alive while the disk is busy.
    const { frame, time, isJoinPoint, tracks } = entry
    this.#batch.add({ frame, time, isJoinPoint, tracks })
  }

  /** A file begins with sound or picture; what the publisher says before is in the tracks. */
  #mayBegin(entry: LogEntry): boolean {
    return this.#options.begins === 'at-once' ? entry.frame.track.kind !== 'data' : mayBeginFile(entry)
  }

  async #writeBatch(): Promise<void> {
    if (this.#batch.isEmpty) return
    const left = await this.#options.files.write(this.#batch.take())
    if (left.length > 0) this.#batch.putBack(left)
  }

  #detach(): void {
    this.#isLive = false
    this.#cursor.wait()
    this.#stream.unsubscribe(this)
  }
}
