import type { Clock, Timer } from '../../../contracts/clock.ts'
import type { ReaderEnd } from '../../../contracts/end-reason.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import { ConstantRate } from '../../../formats/mpegts/constant-rate.ts'
import type { WireRun } from '../../../hub/wire-log.ts'
import type { WireSink } from '../../../hub/wire-reader.ts'
import { DatagramQueue } from './datagram-queue.ts'
import { MediaSpread } from './media-spread.ts'
import { Pace } from './pace.ts'
import type { UdpTarget } from './udp-target.ts'

/** Where datagrams go. */
export type DatagramOutlet = {
  /** Bytes that the system has not sent yet. */
  readonly pending: Bytes
  /** Takes over the datagram. */
  send(datagram: Uint8Array): void
}

export type UdpSinkOptions = {
  readonly target: UdpTarget
  readonly clock: Clock
  readonly outlet: DatagramOutlet
  /** The hub has ended the stream. */
  readonly onEnd: (reason: ReaderEnd) => void
}

/** How often datagrams whose time has come leave. */
const tick: Milliseconds = 4
/** More waits in the log of the stream, where it is left out when it gets old. */
const longestQueue: Milliseconds = 1000
const mostPending: Bytes = 1024 * 1024

/** The shared transport stream in datagrams, each sent at its time. */
export class UdpSink implements WireSink {
  /** The tables name the tracks; receivers that look only at the first ones would miss a late track. */
  needsSettledStream = true
  readonly isSecure = false
  readonly #options: UdpSinkOptions
  readonly #queue: DatagramQueue
  readonly #packets: ConstantRate | MediaSpread
  readonly #pace = new Pace()
  readonly #tickBound = (): void => this.#tick()
  #timer: Timer | undefined
  #onDrained: (() => void) | undefined
  bytesSent: Bytes = 0

  constructor(options: UdpSinkOptions) {
    const { bitrate, packets, isRtp } = options.target
    this.#options = options
    this.#queue = new DatagramQueue({ packets, isRtp })
    this.#packets = bitrate === undefined ? new MediaSpread(this.#queue) : new ConstantRate(this.#queue, bitrate)
  }

  get isBusy(): boolean {
    return this.#queue.span > longestQueue || this.#options.outlet.pending > mostPending
  }

  /** Units of packets that were left out because the stream needs more than the bitrate. */
  get framesLeftOut(): number {
    return this.#packets.dropped
  }

  /** The stream itself begins with what a receiver has to know. */
  start(): void {
    this.needsSettledStream = false
  }

  write({ segment, from, to }: WireRun): void {
    for (let i = from; i < to; i++) {
      this.#packets.write({
        bytes: segment.bytes,
        start: segment.startOf(i),
        end: segment.startOf(i + 1),
        time: segment.timeOf(i),
        isJoinPoint: segment.isJoinPoint(i),
      })
    }
    this.#startTimer()
  }

  /** Receivers see that nothing comes; a transport stream has no words for it. */
  publisherLeft(): void {
    this.#packets.flush()
    this.#queue.close()
    this.#startTimer()
  }

  publisherReturned(): void {}

  end(reason: ReaderEnd): void {
    this.#options.onEnd(reason)
  }

  /** Resolves when what has been written is sent. */
  async drained(): Promise<void> {
    this.publisherLeft()
    if (this.#queue.isEmpty) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onDrained = resolve
    await promise
  }

  /** Send nothing more. */
  close(): void {
    this.#timer?.cancel()
    this.#onDrained?.()
  }

  #startTimer(): void {
    if (this.#timer !== undefined || this.#queue.isEmpty) return
    const { clock } = this.#options
    this.#pace.resume(clock.now())
    this.#timer = clock.after(tick, this.#tickBound)
  }

  #tick(): void {
    const { clock, outlet } = this.#options
    const until = this.#pace.advance(clock.now(), this.#queue.endTime)
    for (let next = this.#queue.take(until); next !== undefined; next = this.#queue.take(until)) {
      this.bytesSent += next.length
      outlet.send(next)
    }
    this.#timer = this.#queue.isEmpty ? undefined : clock.after(tick, this.#tickBound)
    if (this.#timer === undefined) this.#onDrained?.()
  }
}
