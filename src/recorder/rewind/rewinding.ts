import type { Clock, Timer } from '../../contracts/clock.ts'
import type { EndReason, ReaderEnd } from '../../contracts/end-reason.ts'
import type { Log } from '../../contracts/log.ts'
import type { StreamArchive } from '../../contracts/segments.ts'
import { reasonOf } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { Publication } from '../../hub/publication.ts'
import type { Stream } from '../../hub/stream.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { PeerInfo, Subscriber, SubscriberCounters } from '../../hub/subscriber.ts'
import type { Frame } from '../../media/frame.ts'
import { spanOf } from '../dvr/segment-window.ts'
import type { KeptFrames, KeptGroup } from './kept-frames.ts'
import { LiveTail } from './live-tail.ts'
import { Pace } from './pace.ts'
import { ReadAhead } from './read-ahead.ts'
import { timeOf, ViewerTimeline } from './viewer-timeline.ts'

export type RewindingOptions = {
  /** Of the viewer. */
  readonly info: PeerInfo
  readonly archive: StreamArchive
  readonly kept: KeptFrames
  /** What was read of it. */
  readonly first: KeptGroup
  /** Where the viewer wants to begin, from the first frame on. */
  readonly lead: Milliseconds
  readonly speed: number
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly log: Log
  readonly onClosed: () => void
}

/**
 * `kept`: segments are read. `reached`: what is in hand leads up to the newest frames, which are held. `live`: these are
 * sent. `over`: nothing more will come.
 */
type Phase = 'kept' | 'reached' | 'live' | 'over'

const tickMs: Milliseconds = 40
/** Whoever has asked comes at once, or has gone. */
const longestWait: Milliseconds = 5000
/** Media time that a reader may be behind before nothing more is read for it. */
const mostLag: Milliseconds = 1000
/** Beside two segments: with less than this before what is live, its newest frames are held. */
const nearLive: Milliseconds = 5000

/**
 * One viewer who plays what is kept of a stream, and then on to live. The frames go into a stream of their own with this
 * one reader, so that everything about reading is as it is for live streams; among the readers of the live stream, the
 * viewer is seen and counted as well.
 *
 * While segments are played, nobody drops anything: less is read for a viewer who is slow. Behind that, live rules hold.
 */
export class Rewinding implements Subscriber {
  readonly stream: Stream
  readonly #options: RewindingOptions
  readonly #publication: Publication
  readonly #timeline = new ViewerTimeline()
  readonly #ahead: ReadAhead
  readonly #burst: Milliseconds
  #pace: Pace | undefined
  #phase: Phase = 'kept'
  #group: readonly Frame[] = []
  /** Of the next frame in the group. */
  #index = 0
  /** In its place, and not due yet. */
  #waiting: Frame | undefined
  #tail: LiveTail | undefined
  #live: Stream | undefined
  #reader: Subscriber | undefined
  /** Of its bytes, those that are not of the stream that is live now. */
  #bytesBefore: Bytes = 0
  #timer: Timer
  #hasFailed = false
  #isOpen = true

  constructor(options: RewindingOptions) {
    const { info, archive, kept, first, registry, clock } = options
    this.#options = options
    this.stream = registry.createDetached(archive.stream, () => this.#onChange())
    this.#burst = Math.min(mostLag, this.stream.settings.limits.lagTime / 4)
    this.#publication = this.stream.publish({ info, onEnd: () => undefined })
    for (const track of kept.kept.tracks.list) this.#publication.declare(track)
    this.#ahead = new ReadAhead({ ...options, onFailed: error => this.#onFailed(error) })
    this.#begin(first)
    this.#timer = clock.after(longestWait, () => this.close('ended'))
  }

  get info(): PeerInfo {
    return this.#reader?.info ?? this.#options.info
  }

  get counters(): SubscriberCounters {
    const { bytesSent = 0, framesDropped = 0, lag = 0 } = this.#reader?.counters ?? {}
    return { bytesSent: bytesSent - this.#bytesBefore, framesDropped: framesDropped + (this.#tail?.dropped ?? 0), lag }
  }

  get activeAt(): Milliseconds | undefined {
    return this.#reader?.activeAt
  }

  /** The live stream has new frames. */
  wake(now: Milliseconds): boolean {
    if (this.#phase === 'live') this.#feed(now)
    return false
  }

  publisherLeft(): void {}

  publisherReturned(): void {}

  /** The end of the live stream is still to be told: it may be kept. */
  end(reason: ReaderEnd): void {
    this.#live = undefined
    if (reason === 'failed') return this.close('ended')
    if (reason !== 'ended') return this.close(reason)
    if (this.#phase !== 'live') this.#returnToKept()
  }

  /** Idempotent. */
  close(reason: EndReason): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#timer.cancel()
    this.#live?.unsubscribe(this)
    this.#tail = undefined
    this.stream.close(reason)
    this.#options.onClosed()
  }

  #onChange(): void {
    const [reader] = this.stream.subscribers
    if (reader === undefined) {
      if (this.#reader !== undefined) this.close('ended')
      return
    }
    if (this.#reader !== undefined) return
    this.#reader = reader
    const { clock, lead, speed } = this.#options
    this.#pace = new Pace({ lead, speed, burst: this.#burst }, clock.now())
    this.#timer.cancel()
    this.#timer = clock.after(0, () => this.#tick())
  }

  #tick(): void {
    const { clock } = this.#options
    this.#timer = clock.after(tickMs, () => this.#tick())
    if (this.#phase !== 'live' && this.#phase !== 'over') this.#watch()
    if (this.#phase === 'kept') this.#approach()
    this.#feed(clock.now())
    this.#keepUp()
    if (this.#isAtEnd) this.#finish()
  }

  /** Be seen among those who watch the stream, which is another object when its publisher came back late. */
  #watch(): void {
    const { registry, archive } = this.#options
    const live = registry.getLive(archive.stream)
    if (live === undefined || live === this.#live) return
    this.#live?.unsubscribe(this)
    this.#returnToKept()
    this.#bytesBefore = this.#reader?.counters.bytesSent ?? 0
    this.#live = live
    live.subscribe(this)
  }

  /** Read on, or find that what has been read leads up to the newest frames. */
  #approach(): void {
    const { archive, kept } = this.#options
    if (this.#isNearLive && this.#live !== undefined) this.#tail ??= new LiveTail(this.#live.frames, kept.kept)
    if (this.#tail?.isLost) this.#tail = undefined
    const { periodClock } = archive
    const isReached =
      !this.#ahead.isReading &&
      periodClock !== undefined &&
      periodClock.period === kept.last?.period &&
      this.#tail?.isReachedBy(kept.end, periodClock) === true
    if (!isReached) return this.#ahead.wake()
    this.#tail?.follow(periodClock)
    this.#phase = 'reached'
  }

  get #isNearLive(): boolean {
    const { archive, kept } = this.#options
    if (this.#ahead.isDry || kept.last === undefined) return true
    const { from, to } = spanOf(kept.last)
    return (archive.span?.to ?? 0) - to < nearLive + 2 * (to - from)
  }

  /** The newest frames are not there any more, or were too many to be held. */
  #returnToKept(): void {
    this.#tail = undefined
    if (this.#phase === 'reached') this.#phase = 'kept'
  }

  #keepUp(): void {
    this.#tail?.keepUp()
    if (this.#phase === 'reached' && this.#tail?.isLost !== false) this.#returnToKept()
  }

  #feed(now: Milliseconds): void {
    const pace = this.#pace
    if (pace === undefined) return
    pace.advance(now)
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      if (!pace.isDue(timeOf(frame))) return
      // Nothing new comes that would make it look whether it can go on.
      if (this.#isHeldUp) return void this.stream.flush()
      this.#waiting = undefined
      pace.reach(timeOf(frame))
      this.#publication.write(frame)
    }
  }

  /** True if the reader has enough to take. Before it has been sent anything, it is behind by everything. */
  get #isHeldUp(): boolean {
    if (this.#phase === 'live') return false
    const { bytesSent = 0, lag = 0 } = this.#reader?.counters ?? {}
    return (bytesSent === 0 ? this.stream.frames.endTime : lag) > this.#burst
  }

  #next(): Frame | undefined {
    while (this.#waiting === undefined) {
      const frame = this.#phase === 'live' ? this.#nextLive() : this.#nextKept()
      if (frame === undefined) return undefined
      this.#waiting = this.#timeline.place(frame)
    }
    return this.#waiting
  }

  #nextKept(): Frame | undefined {
    while (this.#index >= this.#group.length) {
      const group = this.#ahead.take()
      if (group !== undefined) this.#begin(group)
      else if (this.#phase === 'reached') {
        this.#phase = 'live'
        this.#options.log.info('DVR_REWIND_LIVE', 'Goes on with what is live')
        return this.#nextLive()
      } else return undefined
    }
    return this.#group[this.#index++]
  }

  #nextLive(): Frame | undefined {
    const frame = this.#tail?.peek()
    if (frame !== undefined) this.#tail?.take()
    return frame
  }

  #begin({ frames, follows, begin }: KeptGroup): void {
    if (!follows) this.#timeline.continueAt(begin)
    this.#group = frames
    this.#index = 0
  }

  get #isAtEnd(): boolean {
    if (this.#phase === 'over') return true
    if (this.#next() !== undefined) return false
    if (this.#phase === 'live') return this.#live === undefined
    return this.#ahead.isDry && !this.#options.archive.isGrowing
  }

  /** As soon as the reader has everything. */
  #finish(): void {
    this.#phase = 'over'
    this.#publication.close()
    if (!this.stream.flush()) this.close('ended')
  }

  #onFailed(error: unknown): void {
    if (!this.#hasFailed) this.#options.log.warn('DVR_REWIND_STALLED', `Cannot read on: ${reasonOf(error)}`)
    this.#hasFailed = true
  }
}
