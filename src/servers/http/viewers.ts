import type { Socket } from 'node:net'
import type { Clock, Timer } from '../../contracts/clock.ts'
import type { EventSink, Participant } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { Viewer, type ViewerOptions } from './viewer.ts'

export type ViewersOptions = {
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
}

/** How often every viewer looks at its deadline. */
const sweepMs: Milliseconds = 1000

/** Everybody who watches over HTTP now: named, reported, and sent home when the server drains. */
export class Viewers {
  readonly #options: ViewersOptions
  readonly #open = new Set<Viewer>()
  /** Sockets that are no longer Node's HTTP server's: what still arrives on them is no request. */
  readonly #outlets = new WeakSet<object>()
  readonly #draining = new AbortController()
  #count = 0
  /** Runs while somebody watches. One for all: a timer per socket would be set back with each write. */
  #sweepTimer: Timer | undefined

  constructor(options: ViewersOptions) {
    this.#options = options
  }

  /** Aborts when the server begins to shut down. */
  get draining(): AbortSignal {
    return this.#draining.signal
  }

  /** True if a stream is played on this socket, or was. */
  owns(socket: Socket): boolean {
    return this.#outlets.has(socket)
  }

  /** How a viewer appears in the log, the API and events. */
  identify(protocol: string, peer: string): PeerInfo {
    this.#count++
    return { id: `http-${this.#count}`, protocol, peer, since: this.#options.clock.wall() }
  }

  admit(options: Omit<ViewerOptions, 'clock' | 'onClosed'> & { readonly who: Participant }): Viewer {
    const { clock, events } = this.#options
    const { info, stream, outlet, who } = options
    const since = clock.now()
    const log = this.#options.log.child({ connection: info.id, peer: info.peer, stream: stream.name })
    this.#outlets.add(outlet)
    const onClosed = (reason: string): void => {
      this.#open.delete(viewer)
      const durationMs = Math.round(clock.now() - since)
      const bytes = viewer.bytesSent
      events.emit({ type: 'play.stopped', stream: stream.name, reason, durationMs, bytes, ...who })
      log.info('HTTP_STOP', `Plays no more: ${reason}`, { protocol: info.protocol, bytes })
    }
    events.emit({ type: 'play.started', stream: stream.name, ...who })
    log.info('HTTP_PLAY', 'Plays', { protocol: info.protocol })
    const viewer = new Viewer({ ...options, clock, onClosed })
    this.#open.add(viewer)
    this.#sweepTimer ??= clock.after(sweepMs, () => this.#sweep())
    return viewer
  }

  /** Whoever denied it has logged it. */
  deny(stream: string, who: Participant, reason: string): void {
    this.#options.events.emit({ type: 'play.refused', stream, reason, ...who })
  }

  refuse(stream: string, who: Participant, reason: string): void {
    this.deny(stream, who, reason)
    const { connection, peer } = who
    this.#options.log.info('HTTP_PLAY_REFUSED', reason, { connection, peer, stream })
  }

  /** The configuration has changed: every viewer looks its settings up again. */
  applySettings(): void {
    for (const viewer of this.#open) viewer.applySettings()
  }

  /** Admit nobody any more, say goodbye to everybody and wait until they are gone. Idempotent. */
  async drain(): Promise<void> {
    this.#draining.abort()
    await Promise.all([...this.#open].map(viewer => viewer.close()))
    this.#sweepTimer?.cancel()
  }

  #sweep(): void {
    const { clock } = this.#options
    const now = clock.now()
    for (const viewer of this.#open) viewer.checkDeadline(now)
    this.#sweepTimer = this.#open.size === 0 ? undefined : clock.after(sweepMs, () => this.#sweep())
  }
}
