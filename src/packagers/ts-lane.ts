import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds, Ticks } from '../core/units.ts'
import { systemClock, wrapClock } from '../formats/mpegts/clock.ts'
import { PacketCollector } from '../formats/mpegts/packet-collector.ts'
import { TsMuxer } from '../formats/mpegts/ts-muxer.ts'
import type { Track } from '../media/track.ts'
import type { Boundary, Lane, Moment } from './lane.ts'
import type { Period } from './period.ts'
import type { Rendition } from './rendition.ts'

export type TsLaneOptions = {
  readonly rendition: Rendition
  readonly period: Period
  readonly origin: Milliseconds
  readonly first: Boundary
}

/** Sound waits for more of it for no longer than this: it fills its packets. */
const audioPacking: Ticks = 0.1 * systemClock
/** How long a frame lasts that is the only one. */
const loneFrame: Milliseconds = 40

/**
 * All tracks in one transport stream: a segment is one part, and begins with the tables.
 *
 * @see RFC 8216 §3.2
 */
export class TsLane implements Lane {
  readonly #options: TsLaneOptions
  readonly #out = new PacketCollector()
  readonly #muxer: TsMuxer
  #current: Boundary
  #next: Boundary | undefined
  /** Of the newest frame that is counted, and how long it lasts if it does as the one before. */
  #newest: Milliseconds
  #lasts: Milliseconds = loneFrame
  #frames = 0

  constructor(options: TsLaneOptions) {
    this.#options = options
    this.#muxer = new TsMuxer(this.#out, { audioPacking, origin: clockOrigin(options) })
    this.#current = options.first
    this.#newest = options.first.time
  }

  add(placed: PlacedFrame): void {
    const isFirst = this.#next !== undefined && placed.time >= this.#next.time
    if (isFirst) this.#turn()
    if (placed.frame.track === this.#leader(placed)) this.#count(placed)
    this.#muxer.write(isFirst ? { ...placed, isJoinPoint: true } : placed)
  }

  #count({ time }: PlacedFrame): void {
    this.#frames++
    if (time > this.#newest) this.#lasts = time - this.#newest
    this.#newest = Math.max(this.#newest, time)
  }

  #leader({ tracks }: PlacedFrame): Track | undefined {
    return tracks.find(({ kind }) => kind === 'video') ?? tracks.find(({ kind }) => kind === 'audio')
  }

  /** Nearly everything comes through it: it knows the time. */
  pass(): void {}

  begin(boundary: Boundary): void {
    this.#turn()
    this.#next = boundary
  }

  end({ time }: Moment): void {
    this.#turn()
    const end = Math.max(time, this.#newest + this.#lasts)
    const { time: from, presentation } = this.#current
    this.#finish({ time: end, presentation: end + presentation - from })
  }

  /** Go on in the next segment. */
  #turn(): void {
    const next = this.#next
    if (next === undefined) return
    this.#finish(next)
    this.#current = next
    this.#next = undefined
  }

  #finish({ time, presentation }: Moment): void {
    this.#muxer.flushUntil(Math.round((time * systemClock) / 1000))
    const { rendition, period, origin } = this.#options
    const { number, presentation: from, isIndependent } = this.#current
    const ticks = (at: Milliseconds): Ticks => Math.round(((at - origin) * systemClock) / 1000)
    const start = { number, period, timescale: systemClock, time: ticks(from) }
    const end = ticks(presentation)
    const duration = end - start.time
    const bytes = this.#out.take()
    const facts = { duration, end, frames: this.#frames, isIndependent, isEntry: isIndependent }
    if (bytes.length > 0) rendition.addPart(start, { bytes, ...facts })
    rendition.complete(start, bytes.length > 0 ? 0 : duration)
    this.#frames = 0
  }
}

/**
 * The stream's time at which the clock of 33 bits is 0: that of the transport stream counts from the Unix epoch, as all media
 * times do. So what the next run of the server cuts goes on, and needs no discontinuity.
 */
function clockOrigin({ origin, first }: TsLaneOptions): Ticks {
  const ticks = (time: Milliseconds): Ticks => Math.round((time * systemClock) / 1000)
  return ticks(first.time) - wrapClock(ticks(first.time - origin))
}
