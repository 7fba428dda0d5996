import type { ReaderEnd } from '../contracts/end-reason.ts'
import type { WireFormat } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Stream } from './stream.ts'
import type { PeerInfo, Subscriber, SubscriberCounters } from './subscriber.ts'
import { WireCursor } from './wire-cursor.ts'
import type { JoinPoint, WireLog, WireRun } from './wire-log.ts'

/** The peer's end of a wire reader: a socket with the manners of one protocol. */
export interface WireSink {
  /** True while the last write has not drained. The reader is skipped then, nothing queues behind it. */
  readonly isBusy: boolean
  /** True if each write is encrypted for this peer alone: then fewer and larger ones are much cheaper. */
  readonly isSecure: boolean
  /** True if the stream must have settled before the start, because the headers name its tracks once and for all. */
  readonly needsSettledStream: boolean
  /** What the peer has been sent, headers included. Asked now and then, so it is not counted per write. */
  readonly bytesSent: Bytes
  /** Write the headers that a reader needs who starts, or starts again, at `join`. */
  start(join: JoinPoint): void
  /** Write the records of `run`. */
  write(run: WireRun, log: WireLog): void
  publisherLeft(): void
  publisherReturned(): void
  end(reason: ReaderEnd): void
}

/** One player: a cursor in a wire log and a sink that takes its bytes. */
export class WireReader implements Subscriber {
  readonly info: PeerInfo
  readonly wire: WireLog
  readonly #stream: Stream
  readonly #format: WireFormat
  readonly #sink: WireSink
  readonly #cursor: WireCursor
  #isOpen = true
  activeAt: Milliseconds | undefined
  /** While true nothing is sent, and the position is given up: playing on starts at the newest key frame. */
  #isPaused = false
  /** When the player may be sent more; moves only if the stream has an interval. */
  #notBefore: Milliseconds = 0

  /**
   * Attaches to the stream at once.
   *
   * @param startsAhead False to begin at a key frame that has been, true to wait for the next one.
   */
  constructor(
    stream: Stream,
    format: WireFormat,
    info: PeerInfo,
    sink: WireSink,
    startsAhead = !stream.settings.hasGopCache,
  ) {
    this.info = info
    this.#stream = stream
    this.#format = format
    this.#sink = sink
    this.wire = stream.openWire(format)
    this.#cursor = new WireCursor(this.wire, startsAhead)
    stream.subscribe(this)
  }

  get counters(): SubscriberCounters {
    return { bytesSent: this.#sink.bytesSent, framesDropped: this.#cursor.dropped, lag: this.#cursor.lag }
  }

  wake(now: Milliseconds, isLast: boolean): boolean {
    const sink = this.#sink
    const cursor = this.#cursor
    if (sink.isBusy || this.#isPaused || (now < this.#notBefore && !isLast)) {
      cursor.keepUp()
      return cursor.isBehind
    }
    if (cursor.isWaiting && !this.#start()) return false
    const { sendInterval, secureSendInterval } = this.#stream.settings
    const interval = sink.isSecure ? secureSendInterval : sendInterval
    if (interval > 0) this.#notBefore = now + interval
    for (let run = cursor.take(); run !== undefined; run = cursor.take()) {
      sink.write(run, this.wire)
      this.activeAt = now
      if (sink.isBusy) return cursor.isBehind
    }
    return false
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    if (isPaused) this.#cursor.wait()
  }

  publisherLeft(): void {
    this.#sink.publisherLeft()
  }

  publisherReturned(): void {
    this.#sink.publisherReturned()
  }

  end(reason: ReaderEnd): void {
    if (!this.#isOpen) return
    this.close()
    this.#sink.end(reason)
  }

  /** The peer has gone. Idempotent. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#cursor.wait()
    this.#stream.unsubscribe(this)
    this.#stream.closeWire(this.#format, this.wire)
  }

  #start(): boolean {
    if (this.#sink.needsSettledStream && !this.#stream.isSettled) return false
    const join = this.#cursor.start()
    if (join === undefined) return false
    this.#sink.start(join)
    return true
  }
}
