import type { Clock } from '../contracts/clock.ts'
import type { ReaderEnd } from '../contracts/end-reason.ts'
import type { SegmentIntake } from '../contracts/segments.ts'
import type { Milliseconds } from '../core/units.ts'
import type { DateRange } from '../formats/m3u8/date-range.ts'
import { FrameCursor } from '../hub/frame-cursor.ts'
import type { Stream } from '../hub/stream.ts'
import type { PeerInfo, Subscriber, SubscriberCounters } from '../hub/subscriber.ts'
import type { Rendition } from './rendition.ts'
import type { KeyFor } from './segment-keys.ts'
import { Segmenter, type SegmenterSettings } from './segmenter.ts'
import type { StreamForm } from './stream-form.ts'
import { type Waiter, WaitList } from './wait-list.ts'

export type StreamPackagerOptions = {
  readonly stream: Stream
  readonly form: StreamForm
  readonly settings: SegmenterSettings
  readonly info: PeerInfo
  readonly clock: Clock
  /** Keeps what is complete. */
  readonly intake: SegmentIntake | undefined
  /** What its segments are sent encrypted with. */
  readonly keyFor: KeyFor
}

/** One stream on its way into segments, from the newest group of pictures on. */
export class StreamPackager implements Subscriber {
  readonly info: PeerInfo
  readonly isPrompt = true
  readonly stream: Stream
  readonly #options: StreamPackagerOptions
  readonly #cursor: FrameCursor
  readonly #segmenter: Segmenter
  readonly #waiting = new WaitList()
  #isOpen = true

  /** Attaches to the stream at once. */
  constructor(options: StreamPackagerOptions) {
    const { stream, form, settings, info, intake, keyFor } = options
    this.info = info
    this.stream = stream
    this.#options = options
    this.#cursor = new FrameCursor(stream.frames)
    this.#segmenter = new Segmenter(form, settings, intake, keyFor)
    stream.subscribe(this)
  }

  get renditions(): readonly Rendition[] {
    return this.#segmenter.renditions
  }

  /** True as long as it is not known which tracks there are. */
  get isOpening(): boolean {
    return this.#segmenter.isOpening
  }

  /** Of the cues to splice that came with the stream. */
  get dateRanges(): readonly DateRange[] {
    return this.#segmenter.dateRanges
  }

  /** By its name. */
  find(rendition: string): Rendition | undefined {
    return this.#segmenter.find(rendition)
  }

  /** True if nothing more will come. */
  get isEnded(): boolean {
    return !this.#isOpen
  }

  /** Resolves when what has come has made it so, nothing more will come, or the waiting is over. */
  until(isSo: () => boolean, waiter: Waiter): Promise<void> {
    return this.#waiting.until(() => isSo() || this.isEnded, waiter)
  }

  get counters(): SubscriberCounters {
    const { dropped, lag } = this.#cursor
    return { bytesSent: 0, framesDropped: dropped + this.#segmenter.dataDropped, lag }
  }

  /** What is complete from the next period on is kept by another, or by nobody. */
  handTo(createIntake: () => SegmentIntake | undefined): void {
    this.#segmenter.handTo(createIntake)
  }

  wake(): boolean {
    const wall = this.#options.clock.wall()
    this.#segmenter.awaitsPictures = this.stream.awaitsPictures
    for (let entry = this.#cursor.next(); entry !== undefined; entry = this.#cursor.next()) {
      // What waited in the log came earlier, by as much as its time is behind.
      const age: Milliseconds = Math.max(0, this.stream.frames.endTime - entry.time)
      this.#segmenter.push(entry, wall - age)
    }
    this.#waiting.wake()
    return false
  }

  publisherLeft(): void {
    this.wake()
    this.#segmenter.leave(this.#options.clock.wall())
  }

  /** Its first frame begins a period. */
  publisherReturned(): void {}

  /** Players are told the end of a stream. That of the server, or of this packager, is none: they play on behind it. */
  end(reason: ReaderEnd): void {
    this.#finish(reason === 'ended' || reason === 'kicked')
  }

  /** Nobody needs it any more. Idempotent. */
  close(): void {
    this.#finish(false)
  }

  #finish(hasEnded: boolean): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#cursor.wait()
    this.stream.unsubscribe(this)
    const wall = this.#options.clock.wall()
    try {
      if (hasEnded) this.#segmenter.end(wall)
      else this.#segmenter.stop(wall)
    } finally {
      this.#waiting.wake()
    }
  }
}
