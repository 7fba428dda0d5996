import type { FastifyRequest } from 'fastify'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { PlaybackGate, ViewerIdentity } from '../contracts/playback-gate.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { participant } from '../hub/participant.ts'
import type { Stream } from '../hub/stream.ts'
import type { EndReason, Subscriber, SubscriberCounters } from '../hub/subscriber.ts'

export type ViewerSessionsOptions = {
  readonly gate: PlaybackGate
  readonly clock: Clock
  readonly events: EventSink
}

/** A viewer who has asked for nothing for so long has left. */
const idleTimeout: Milliseconds = 15_000
const sweepMs: Milliseconds = 1000

/**
 * Those who fetch a stream in pieces: who comes from one place with the same credentials is one viewer, let in once, and
 * gone when nothing was asked for a while. Nothing is kept at the viewer, so what is served is the same for everybody.
 */
export class ViewerSessions {
  readonly #options: ViewerSessionsOptions
  readonly #sessions = new Map<string, ViewerSession>()
  readonly #opening = new Map<string, Promise<ViewerSession>>()
  #sweepTimer: Timer | undefined

  constructor(options: ViewerSessionsOptions) {
    this.#options = options
  }

  /**
   * The session of whoever sent the request; it is let in first if it is new.
   *
   * @throws {DeniedError} @throws {RequestError} As the gate has it.
   */
  async of(request: FastifyRequest, stream: string, protocol: string, credentials: string): Promise<ViewerSession> {
    const { gate, clock } = this.#options
    const key = `${protocol} ${stream} ${gate.fingerprint(request)} ${credentials}`
    const known = this.#sessions.get(key)
    if (known !== undefined) {
      known.usedAt = clock.now()
      return known
    }
    const opening = this.#opening.get(key) ?? this.#open(key, request, stream, protocol)
    this.#opening.set(key, opening)
    try {
      return await opening
    } finally {
      this.#opening.delete(key)
    }
  }

  /** Idempotent. */
  close(): void {
    this.#sweepTimer?.cancel()
    for (const session of this.#sessions.values()) session.close('Server shuts down')
    this.#sessions.clear()
  }

  async #open(key: string, request: FastifyRequest, name: string, protocol: string): Promise<ViewerSession> {
    const { gate, clock, events } = this.#options
    const identity = await gate.admit(request, name, protocol)
    const onClosed = (): void => void this.#sessions.delete(key)
    const session = new ViewerSession({ identity, name, clock, events, onClosed })
    this.#sessions.set(key, session)
    this.#sweepTimer ??= clock.after(sweepMs, () => this.#sweep())
    return session
  }

  #sweep(): void {
    const { clock } = this.#options
    const now = clock.now()
    for (const session of [...this.#sessions.values()]) {
      if (now - session.usedAt > idleTimeout) session.close('Viewer left')
    }
    this.#sweepTimer = this.#sessions.size === 0 ? undefined : clock.after(sweepMs, () => this.#sweep())
  }
}

type ViewerSessionOptions = {
  readonly identity: ViewerIdentity
  readonly name: string
  readonly clock: Clock
  readonly events: EventSink
  readonly onClosed: () => void
}

/** One viewer of one stream, who fetches it in pieces. */
export class ViewerSession implements Subscriber {
  readonly info: ViewerIdentity
  readonly #options: ViewerSessionOptions
  readonly #since: Milliseconds
  /** When it has asked for something. */
  usedAt: Milliseconds
  bytesSent: Bytes = 0
  #stream: Stream | undefined
  #isOpen = true

  constructor(options: ViewerSessionOptions) {
    const { identity, name, clock, events } = options
    this.info = identity
    this.#options = options
    this.#since = clock.now()
    this.usedAt = this.#since
    events.emit({ type: 'play.started', stream: name, ...participant(identity, { url: '', query: '' }) })
  }

  get counters(): SubscriberCounters {
    return { bytesSent: this.bytesSent, framesDropped: 0, lag: 0 }
  }

  /** Be seen among those who watch the stream. */
  watch(stream: Stream): void {
    if (this.#stream === stream || !this.#isOpen) return
    this.#stream?.unsubscribe(this)
    this.#stream = stream
    stream.subscribe(this)
  }

  /** What it gets, it asks for. */
  wake(): boolean {
    return false
  }

  publisherLeft(): void {}

  publisherReturned(): void {}

  /** The end of a stream is still to be told. */
  end(reason: EndReason): void {
    this.#stream = undefined
    if (reason !== 'ended') this.close(reason === 'kicked' ? 'Viewer was sent away' : 'Server shuts down')
  }

  /** Idempotent. */
  close(reason: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const { identity, name, clock, events, onClosed } = this.#options
    this.#stream?.unsubscribe(this)
    const durationMs = Math.round(clock.now() - this.#since)
    const who = participant(identity, { url: '', query: '' })
    events.emit({ type: 'play.stopped', stream: name, reason, durationMs, ...who })
    onClosed()
  }
}
