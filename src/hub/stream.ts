import type { Clock, Timer } from '../contracts/clock.ts'
import type { EndReason, ReaderEnd } from '../contracts/end-reason.ts'
import type { SettingsOf } from '../contracts/path-settings.ts'
import type { WireFormat } from '../contracts/wire-format.ts'
import { RateMeter } from '../core/rate.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import { type FaultSink, reportFault } from './contained-fault.ts'
import { addDelivery, type DeliveryTotals } from './delivery-totals.ts'
import { FrameLog } from './frame-log.ts'
import { Publication, type PublicationTarget, type PublisherPort } from './publication.ts'
import { type MergeSettings, Pump } from './pump.ts'
import type { StreamSettings } from './stream-settings.ts'
import { isViewer, type Subscriber } from './subscriber.ts'
import type { WireLog } from './wire-log.ts'
import { WireSet } from './wire-set.ts'

/** What a stream needs from around it. */
export type StreamContext = {
  readonly clock: Clock
  readonly settingsOf: SettingsOf<StreamSettings>
  /** A wire log without readers is dropped after this long. */
  readonly wireLinger: Milliseconds
  /** All tracks are declared before the first frame: no others are waited for. */
  readonly declaresAll?: true
  /** Is told of readers and muxers that have thrown. */
  readonly onFault?: FaultSink
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
  readonly #pump: Pump<Subscriber>
  /** Of subscribers for whom nothing is collected. */
  readonly #promptPump: Pump<Subscriber>
  readonly #wires: WireSet
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
    this.#wires = new WireSet({
      clock: context.clock,
      frames: this.frames,
      linger: context.wireLinger,
      onFailed: (format, log, error) => this.#formatFailed(format, log, error),
    })
    const onFault = (subscriber: Subscriber, error: unknown): void => this.#readerFailed(subscriber, error)
    this.#pump = new Pump(context.clock, this.#settings.merge, onFault)
    this.#promptPump = new Pump(context.clock, nothingMerged, onFault)
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

  /** True while pictures are announced, and none has come that can be decoded. */
  get awaitsPictures(): boolean {
    let areAnnounced = this.#publication?.announcesPictures === true
    for (const { track, frames } of this.#counters.values()) {
      if (track.kind !== 'video') continue
      if (frames > 0) return false
      areAnnounced = true
    }
    return areAnnounced
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
    this.#tellReaders(subscriber => subscriber.publisherReturned())
    return this.#publication
  }

  /** For `Publication` only. */
  publicationClosed(publication: Publication): void {
    if (this.#publication !== publication) return
    this.#publication = undefined
    this.#wires.flush()
    // Who has found no place yet starts now: the publisher may have come and left within one tick.
    this.flush()
    this.#firstTime = undefined
    this.activeAt = undefined
    this.#counters.clear()
    this.#tracks = undefined
    this.frames.forgetJoin()
    this.#wires.forgetJoin()
    this.#tellReaders(subscriber => subscriber.publisherLeft())
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
    this.#wires.append(entry)
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
    this.#pumpOf(subscriber).remove(subscriber)
    addDelivery(this.#departed, subscriber)
    this.#checkViewers()
    this.#listener.onChange()
  }

  /**
   * The wire log of `format`, muxed from the newest join point on if nobody reads it yet. Each call is paired with one
   * `closeWire`. Nothing more comes of one whose muxer has failed; its readers are ended.
   */
  openWire(format: WireFormat): WireLog {
    return this.#wires.open(format)
  }

  closeWire(format: WireFormat, log: WireLog): void {
    this.#wires.close(format, log)
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
    this.#wires.applyLimits(limits)
    this.#stopWaitingForViewers()
    this.#checkViewers()
  }

  /** End one reader. */
  dismiss(subscriber: Subscriber, reason: ReaderEnd): void {
    try {
      this.unsubscribe(subscriber)
      subscriber.end(reason)
    } catch (error) {
      this.#reportReader(subscriber, error)
    }
  }

  /** End everybody. The stream is not used afterwards. */
  close(reason: EndReason): void {
    this.#publication?.end(reason)
    for (const subscriber of [...this.#subscribers]) this.dismiss(subscriber, reason)
    this.#stopWaitingForViewers()
    this.#pump.close()
    this.#promptPump.close()
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

  #pumpOf({ isPrompt }: Subscriber): Pump<Subscriber> {
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

  #tellReaders(tell: (subscriber: Subscriber) => void): void {
    for (const subscriber of this.#subscribers) {
      try {
        tell(subscriber)
      } catch (error) {
        this.#readerFailed(subscriber, error)
      }
    }
  }

  #readerFailed(subscriber: Subscriber, error: unknown): void {
    this.#reportReader(subscriber, error)
    this.dismiss(subscriber, 'failed')
  }

  /** Its readers are ended: later, as one may be about to subscribe, and as frames are being handed out. */
  #formatFailed({ name }: WireFormat, log: WireLog, error: unknown): void {
    reportFault(this.#context.onFault, { part: 'format', name, stream: this.name, error })
    this.#context.clock.soon(() => {
      for (const subscriber of this.#subscribers) if (subscriber.wire === log) this.dismiss(subscriber, 'failed')
    })
  }

  #reportReader({ info: { protocol, id } }: Subscriber, error: unknown): void {
    const { onFault } = this.#context
    reportFault(onFault, { part: 'reader', name: protocol, stream: this.name, connection: id, error })
  }
}
