import type { Clock, Timer } from '../contracts/clock.ts'
import type { EndReason } from '../contracts/end-reason.ts'
import type { SettingsOf } from '../contracts/path-settings.ts'
import type { WireFormat, WireMuxer } from '../contracts/wire-format.ts'
import { RateMeter } from '../core/rate.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import { addDelivery, type DeliveryTotals } from './delivery-totals.ts'
import { FrameLog } from './frame-log.ts'
import { Publication, type PublicationTarget, type PublisherPort } from './publication.ts'
import { type MergeSettings, Pump } from './pump.ts'
import type { StreamSettings } from './stream-settings.ts'
import { isViewer, type Subscriber } from './subscriber.ts'
import { WireLog } from './wire-log.ts'

/** What a stream needs from around it. */
export type StreamContext = {
  readonly clock: Clock
  readonly settingsOf: SettingsOf<StreamSettings>
  /** A wire log without readers is dropped after this long. */
  readonly wireLinger: Milliseconds
  /** All tracks are declared before the first frame: no others are waited for. */
  readonly declaresAll?: true
}

/** What one track has carried since its publisher came. */
export type TrackCounters = { readonly track: Track; frames: number; bytes: Bytes; readonly rate: RateMeter }

/** Who is told what happens to a stream. */
export type StreamListener = {
  /** A publisher or subscriber came or left. */
  readonly onChange: () => void
  /** A track came, or another generation of it. */
  readonly onTrack: (track: Track) => void
}

type Wire = { readonly log: WireLog; readonly muxer: WireMuxer; users: number; dropTimer: Timer | undefined }

/** Tracks that have not come by now are not waited for by formats that announce them up front. */
const settleTime: Milliseconds = 1000

/** For whoever takes each frame when it comes. */
const nothingMerged: MergeSettings = { window: { current: 0 }, frames: 0, longest: 0 }

/**
 * One live channel: a log of frames, the wire logs of the formats that somebody reads, one publisher at most, and the
 * pump that wakes the readers. Outlives its publisher for as long as the registry lets it.
 */
export class Stream implements PublicationTarget {
  readonly name: string
  readonly frames: FrameLog
  readonly #context: StreamContext
  #settings: StreamSettings
  #unwatchedTimer: Timer | undefined
  readonly #pump: Pump
  /** Of subscribers for whom nothing is collected. */
  readonly #promptPump: Pump
  readonly #wires = new Map<WireFormat, Wire>()
  readonly #subscribers = new Set<Subscriber>()
  readonly #counters = new Map<number, TrackCounters>()
  /** What was sent to subscribers who have left, by protocol. */
  readonly #departed = new Map<string, DeliveryTotals>()
  readonly #listener: StreamListener
  #publication: Publication | undefined
  /** `undefined` until somebody asks. */
  #tracks: readonly Track[] | undefined
  #firstTime: Milliseconds | undefined
  /** True until those who waited for the publisher have been given a place. */
  #isOpening = false
  /** Of all tracks and publishers. */
  #newestTime: Milliseconds | undefined
  /** Video frames that came before the first key frame: nobody could decode them. */
  framesBeforeKey = 0
  /** When the newest frame of the present publisher came, by the clock that never goes back. */
  activeAt: Milliseconds | undefined
  framesIn = 0
  bytesIn: Bytes = 0

  constructor(name: string, context: StreamContext, listener: StreamListener) {
    this.name = name
    this.#context = context
    this.#listener = listener
    this.#settings = context.settingsOf(name)
    this.frames = new FrameLog(this.#settings.limits)
    this.#pump = new Pump(context.clock, this.#settings.merge)
    this.#promptPump = new Pump(context.clock, nothingMerged)
  }

  get settings(): StreamSettings {
    return this.#settings
  }

  get publication(): Publication | undefined {
    return this.#publication
  }

  get subscribers(): ReadonlySet<Subscriber> {
    return this.#subscribers
  }

  /** The tracks of the present publisher. The same array until one of them changes. */
  get tracks(): readonly Track[] {
    this.#tracks ??= [...this.#counters.values()].map(counters => counters.track)
    return this.#tracks
  }

  get trackCounters(): Iterable<TrackCounters> {
    return this.#counters.values()
  }

  /** What this stream has sent, by protocol of the subscriber. Computed when asked. */
  deliveryTotals(): ReadonlyMap<string, Readonly<DeliveryTotals>> {
    const totals = new Map([...this.#departed].map(([protocol, total]) => [protocol, { ...total }]))
    for (const subscriber of this.#subscribers) addDelivery(totals, subscriber)
    return totals
  }

  get continuesFrom(): Milliseconds | undefined {
    return this.#newestTime
  }

  /** True once a format that must announce its tracks up front can do so: both kinds are known, time is up, or it is over. */
  get isSettled(): boolean {
    if (this.#publication === undefined || this.#context.declaresAll === true) return this.tracks.length > 0
    const kinds = new Set(this.tracks.map(track => track.kind))
    if (kinds.has('video') && kinds.has('audio')) return true
    return this.#firstTime !== undefined && this.frames.endTime - this.#firstTime >= settleTime
  }

  /** Take the free place of the publisher. The caller has made sure that it is free. */
  publish(port: PublisherPort): Publication {
    if (this.#publication !== undefined) throw new RangeError(`Cannot publish ${this.name}: it has a publisher`)
    this.#publication = new Publication(this, port)
    this.#isOpening = true
    this.#checkViewers()
    this.#listener.onChange()
    for (const subscriber of this.#subscribers) subscriber.publisherReturned()
    return this.#publication
  }

  /** For `Publication` only. */
  publicationClosed(publication: Publication): void {
    if (this.#publication !== publication) return
    this.#publication = undefined
    for (const { muxer } of this.#wires.values()) muxer.flush?.()
    // Who has found no place yet starts now: the publisher may have come and left within one tick.
    this.flush()
    this.#firstTime = undefined
    this.activeAt = undefined
    this.#counters.clear()
    this.#tracks = undefined
    this.frames.forgetJoin()
    for (const { log } of this.#wires.values()) log.forgetJoin()
    for (const subscriber of this.#subscribers) subscriber.publisherLeft()
    this.#checkViewers()
    this.#listener.onChange()
  }

  /** For `Publication` only. */
  declare(track: Track): void {
    const known = this.#counters.get(track.id)
    if (known?.track === track) return
    const { frames = 0, bytes = 0, rate = new RateMeter() } = known ?? {}
    this.#counters.set(track.id, { track, frames, bytes, rate })
    this.#tracks = undefined
    this.#listener.onTrack(track)
  }

  /** For `Publication` only. */
  append(frame: Frame): void {
    if (!this.#count(frame)) return
    const { join } = this.frames
    const entry = this.frames.append(frame)
    if (this.#isOpening && entry.isJoinPoint && join?.frame.track.kind === frame.track.kind) this.#endOpening()
    this.#firstTime ??= entry.time
    this.#newestTime = Math.max(this.#newestTime ?? entry.time, entry.time)
    for (const { muxer } of this.#wires.values()) muxer.write(entry)
    this.#pump.notify()
    this.#promptPump.notify()
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber)
    this.#pumpOf(subscriber).add(subscriber)
    this.#checkViewers()
    this.#listener.onChange()
  }

  /** Idempotent. */
  unsubscribe(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return
    addDelivery(this.#departed, subscriber)
    this.#pumpOf(subscriber).remove(subscriber)
    this.#checkViewers()
    this.#listener.onChange()
  }

  /**
   * The wire log of `format`, muxed from the newest join point on if nobody reads it yet. Each call is paired with one
   * `closeWire`.
   */
  openWire(format: WireFormat): WireLog {
    const wire = this.#wires.get(format) ?? this.#startWire(format)
    wire.users++
    wire.dropTimer?.cancel()
    wire.dropTimer = undefined
    return wire.log
  }

  closeWire(format: WireFormat): void {
    const wire = this.#wires.get(format)
    if (wire === undefined) return
    wire.users--
    if (wire.users > 0) return
    wire.dropTimer = this.#context.clock.after(this.#context.wireLinger, () => this.#wires.delete(format))
  }

  /** Hand out what has come. True if somebody could not take all of it now. */
  flush(): boolean {
    return this.#flush(true)
  }

  /** The configuration has changed: look the settings of this stream up again. */
  applySettings(): void {
    this.#settings = this.#context.settingsOf(this.name)
    const { limits, merge } = this.#settings
    this.#pump.settings = merge
    this.frames.limits = limits
    for (const { log } of this.#wires.values()) log.limits = limits
    this.#stopWaitingForViewers()
    this.#checkViewers()
  }

  /** End one reader. */
  dismiss(subscriber: Subscriber, reason: EndReason): void {
    this.unsubscribe(subscriber)
    subscriber.end(reason)
  }

  /** End everybody. The stream is not used afterwards. */
  close(reason: EndReason): void {
    this.#publication?.end(reason)
    for (const subscriber of [...this.#subscribers]) this.dismiss(subscriber, reason)
    this.#stopWaitingForViewers()
    this.#pump.close()
    this.#promptPump.close()
    for (const { dropTimer } of this.#wires.values()) dropTimer?.cancel()
    this.#wires.clear()
  }

  /**
   * The second key frame is about to take the place of the first. Whoever waited for the publisher starts at the first
   * all the same, though both may come in one read, of a publisher who is fast or a machine that is not, or he was
   * waiting until then for a track that has not come.
   */
  #endOpening(): void {
    this.#isOpening = false
    this.#flush(false)
  }

  /** True if somebody could not take everything. */
  #flush(isLast: boolean): boolean {
    const isSomebodyBehind = this.#promptPump.flush(isLast)
    return this.#pump.flush(isLast) || isSomebodyBehind
  }

  #pumpOf({ isPrompt }: Subscriber): Pump {
    return isPrompt === true ? this.#promptPump : this.#pump
  }

  /** Give a publisher whom nobody watches the time that it has, and take it back when somebody comes. */
  #checkViewers(): void {
    const { unwatchedTimeout } = this.#settings
    if (unwatchedTimeout === 0) return
    const isUnwatched = this.#publication !== undefined && !this.#hasViewer()
    if (!isUnwatched) return this.#stopWaitingForViewers()
    this.#unwatchedTimer ??= this.#context.clock.after(unwatchedTimeout, () => this.#publication?.end('unwatched'))
  }

  #stopWaitingForViewers(): void {
    this.#unwatchedTimer?.cancel()
    this.#unwatchedTimer = undefined
  }

  #hasViewer(): boolean {
    for (const subscriber of this.#subscribers) if (isViewer(subscriber)) return true
    return false
  }

  /** False if the frame is not to be let in. */
  #count(frame: Frame): boolean {
    this.declare(frame.track)
    const counters = this.#counters.get(frame.track.id)
    if (counters === undefined) return false
    if (frame.track.kind === 'video' && counters.frames === 0 && !frame.isKey) {
      this.framesBeforeKey++
      return false
    }
    const size = frame.payload.length
    counters.frames++
    counters.bytes += size
    const now = this.#context.clock.now()
    counters.rate.add(size, now)
    this.activeAt = now
    this.framesIn++
    this.bytesIn += size
    return true
  }

  #startWire(format: WireFormat): Wire {
    const log = new WireLog(this.#settings.limits)
    const wire: Wire = { log, muxer: format.createMuxer(log), users: 0, dropTimer: undefined }
    for (let entry = this.frames.join; entry !== undefined; entry = entry.next) {
      wire.muxer.write(entry)
    }
    this.#wires.set(format, wire)
    return wire
  }
}
