import type { Timer } from '../contracts/clock.ts'
import type { EndReason } from '../contracts/end-reason.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Track } from '../media/track.ts'
import type { Publication, PublisherPort } from './publication.ts'
import { Stream, type StreamContext } from './stream.ts'
import { isStreamName } from './stream-name.ts'

/** What happens to the second publisher of a name. */
export type ConflictRule = 'reject' | 'replace'

export type RegistryRules = {
  readonly onConflict: ConflictRule
  /** Readers of a stream that lost its publisher wait this long for the next one. */
  readonly resumeTimeout: Milliseconds
}

export type RegistryOptions = StreamContext & RegistryRules

export type PublishResult =
  | { readonly ok: true; readonly publication: Publication }
  | { readonly ok: false; readonly reason: 'invalid-name' | 'occupied' | 'no-input' | 'shutdown' }

/** Lets publishers of a claimed name in, or not; where their frames go is his matter. */
export type PublishDoor = (port: PublisherPort) => PublishResult

/** A name that nobody publishes but whoever has claimed it. */
export type NameClaim = {
  /** Become the one publisher of the stream. */
  publish(port: PublisherPort): PublishResult
  /** From now on anybody may publish it again. Idempotent. */
  release(): void
}

/** What happens to streams as wholes, for features that follow them. */
export type StreamObserver = {
  /** A publisher has come; the stream has no frame yet. */
  readonly onLive?: (stream: Stream) => void
  /** The publisher has left. */
  readonly onIdle?: (stream: Stream) => void
  /** Somebody waits for a stream that nobody publishes. Returns how long that is worth, 0 if nobody will come for it. */
  readonly onWanted?: (name: string) => Milliseconds
  readonly onCreated?: (stream: Stream) => void
  readonly onRemoved?: (stream: Stream) => void
  /** A track has come, or another generation of it. */
  readonly onTrack?: (stream: Stream, track: Track) => void
  /** A publisher or a reader has come or left. */
  readonly onChange?: (stream: Stream) => void
}

/**
 * All streams by name. A stream exists while it has a publisher, and after that while readers wait for the next one,
 * for `resumeTimeout` at most.
 */
export class StreamRegistry {
  readonly #options: RegistryOptions
  #rules: RegistryRules
  readonly #streams = new Map<string, Stream>()
  readonly #live = new Set<Stream>()
  readonly #expiries = new Map<Stream, Timer>()
  readonly #waiters = new Map<string, Set<(stream: Stream) => void>>()
  readonly #observers: StreamObserver[] = []
  readonly #doors = new Map<string, PublishDoor>()
  #isOpen = true

  constructor(options: RegistryOptions) {
    this.#options = options
    this.#rules = options
  }

  get streams(): Iterable<Stream> {
    return this.#streams.values()
  }

  get(name: string): Stream | undefined {
    return this.#streams.get(name)
  }

  /** The stream of that name if somebody publishes it now. */
  getLive(name: string): Stream | undefined {
    const stream = this.#streams.get(name)
    return stream?.publication === undefined ? undefined : stream
  }

  observe(observer: StreamObserver): void {
    this.#observers.push(observer)
  }

  /** Become the one publisher of `name`. A refusal is an expected outcome: the peer has to be told. */
  publish(name: string, port: PublisherPort): PublishResult {
    if (!this.#isOpen) return { ok: false, reason: 'shutdown' }
    if (!isStreamName(name)) return { ok: false, reason: 'invalid-name' }
    const door = this.#doors.get(name)
    return door === undefined ? this.#publish(name, port) : door(port)
  }

  /** What holds for publishers that come or leave from then on. */
  use(rules: RegistryRules): void {
    this.#rules = rules
  }

  /**
   * Keep a name that nobody else has claimed: who wants to publish it from now on is sent to `door`. Whoever publishes it
   * already has to be moved elsewhere, or ended.
   */
  claim(name: string, door: PublishDoor): NameClaim {
    if (this.#doors.has(name)) throw new RangeError(`Cannot claim ${name}: it is claimed`)
    this.#doors.set(name, door)
    return {
      publish: port => (this.#isOpen ? this.#publish(name, port) : { ok: false, reason: 'shutdown' }),
      release: () => {
        if (this.#doors.get(name) === door) this.#doors.delete(name)
      },
    }
  }

  #publish(name: string, port: PublisherPort): PublishResult {
    const present = this.getLive(name)
    if (present !== undefined) {
      if (this.#rules.onConflict === 'reject') return { ok: false, reason: 'occupied' }
      present.publication?.end('replaced')
    }
    const stream = this.#streams.get(name) ?? this.#create(name)
    const publication = stream.publish(port)
    for (const resolve of this.#waiters.get(name) ?? []) resolve(stream)
    return { ok: true, publication }
  }

  /**
   * Wait until somebody publishes `name`, longer than `timeout` if an observer expects a publisher. Resolves to
   * `undefined` on time-out and when `signal` aborts.
   */
  waitLive(name: string, timeout: Milliseconds, signal: AbortSignal): Promise<Stream | undefined> {
    const live = this.getLive(name)
    if (live !== undefined || signal.aborted || !this.#isOpen) return Promise.resolve(live)
    const patience = Math.max(timeout, ...this.#observers.map(observer => observer.onWanted?.(name) ?? 0))
    if (patience <= 0) return Promise.resolve(undefined)
    return new Promise(resolve => {
      const waiters = this.#waiters.get(name) ?? new Set()
      this.#waiters.set(name, waiters)
      const done = (stream: Stream | undefined): void => {
        timer.cancel()
        signal.removeEventListener('abort', giveUp)
        waiters.delete(done)
        if (waiters.size === 0) this.#waiters.delete(name)
        resolve(stream)
      }
      const giveUp = (): void => done(undefined)
      const timer = this.#options.clock.after(patience, giveUp)
      signal.addEventListener('abort', giveUp)
      waiters.add(done)
    })
  }

  /**
   * A stream of a name that nobody finds by it: for what is played to one viewer alone. Whoever makes it closes it, and
   * declares all of its tracks before its first frame.
   *
   * @param onChange A publisher or a reader has come or left.
   */
  createDetached(name: string, onChange: () => void): Stream {
    return new Stream(name, { ...this.#options, declaresAll: true }, { onChange, onTrack: () => undefined })
  }

  /** The configuration has changed: every stream looks its settings up again. */
  applySettings(): void {
    for (const stream of this.#streams.values()) stream.applySettings()
  }

  /** End whoever publishes or reads a stream. */
  end(name: string, reason: EndReason): void {
    const stream = this.#streams.get(name)
    if (stream === undefined) return
    stream.close(reason)
    this.#remove(stream)
  }

  /** Take no more publishers and end everybody. */
  close(reason: EndReason): void {
    this.#isOpen = false
    for (const timer of this.#expiries.values()) timer.cancel()
    this.#expiries.clear()
    for (const stream of [...this.#streams.values()]) {
      stream.close(reason)
      this.#remove(stream)
    }
  }

  #create(name: string): Stream {
    const stream: Stream = new Stream(name, this.#options, {
      onChange: () => this.#changed(stream),
      onTrack: track => {
        for (const observer of this.#observers) observer.onTrack?.(stream, track)
      },
    })
    this.#streams.set(name, stream)
    for (const observer of this.#observers) observer.onCreated?.(stream)
    return stream
  }

  #changed(stream: Stream): void {
    if (this.#streams.get(stream.name) !== stream) return
    this.#tellObservers(stream)
    for (const observer of this.#observers) observer.onChange?.(stream)
    if (stream.publication !== undefined) this.#cancelExpiry(stream)
    else if (stream.subscribers.size === 0) this.#remove(stream)
    else if (!this.#expiries.has(stream)) this.#expireLater(stream)
  }

  #tellObservers(stream: Stream): void {
    const isLive = stream.publication !== undefined
    if (isLive === this.#live.has(stream)) return
    if (isLive) this.#live.add(stream)
    else this.#live.delete(stream)
    for (const observer of this.#observers) {
      if (isLive) observer.onLive?.(stream)
      else observer.onIdle?.(stream)
    }
  }

  #expireLater(stream: Stream): void {
    const expire = (): void => this.end(stream.name, 'ended')
    this.#expiries.set(stream, this.#options.clock.after(this.#rules.resumeTimeout, expire))
  }

  #cancelExpiry(stream: Stream): void {
    this.#expiries.get(stream)?.cancel()
    this.#expiries.delete(stream)
  }

  #remove(stream: Stream): void {
    this.#cancelExpiry(stream)
    if (this.#streams.get(stream.name) !== stream) return
    this.#streams.delete(stream.name)
    for (const observer of this.#observers) observer.onRemoved?.(stream)
  }
}
