import type { FastifyRequest } from 'fastify'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { SettingsSource } from '../contracts/path-settings.ts'
import type { PlaybackGate, RequestSender } from '../contracts/playback-gate.ts'
import type { Session } from '../contracts/sessions.ts'
import { DeniedError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { PackagerSettings } from './config.ts'
import { ViewerSession } from './viewer-session.ts'

export type ViewerSessionsOptions = {
  readonly gate: PlaybackGate
  readonly settings: SettingsSource<PackagerSettings>
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
}

/** Who asks for what, as far as it is seen before routing. */
export type UnroutedVisit = {
  readonly request: RequestSender
  readonly stream: string
  /** `hls`, `dash` or `clip`. */
  readonly protocol: string
  /** A piece, which is sent over whatever the viewer was let in for; `protocol` is that of a viewer nobody knows. */
  readonly isPiece?: boolean
  /** What the viewer has shown in the URL. */
  readonly credentials: string
}

/** Who asks for what. */
export type Visit = UnroutedVisit & { readonly request: FastifyRequest }

/** A viewer who has asked for nothing for so long has left. */
const idleTimeout: Milliseconds = 15_000
/** A player that is sent away would be back with its next request, a moment later. */
const awayTime: Milliseconds = 60_000
const sweepMs: Milliseconds = 1000
/** Viewers, and viewers who were sent away. With more of them, who has asked for nothing the longest is forgotten. */
const mostKept = 50_000

/**
 * Those who fetch a stream in pieces: who comes from one place with the same software and credentials is one viewer, let
 * in once and asked again at intervals, and gone when nothing was asked for a while. Nothing is kept at the viewer, so
 * what is served is the same for everybody.
 */
export class ViewerSessions {
  readonly #options: ViewerSessionsOptions
  /** Who has asked last comes last. */
  readonly #sessions = new Map<string, ViewerSession>()
  /** Until when those who were sent away are refused. */
  readonly #away = new Map<string, Milliseconds>()
  #sweepTimer: Timer | undefined

  constructor(options: ViewerSessionsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#sessions.size
  }

  list(): Session[] {
    return [...this.#sessions.values()].map(({ shown }) => shown)
  }

  /** The session of whoever sent the request, if there is nothing to ask them. */
  find(visit: UnroutedVisit): ViewerSession | undefined {
    const { clock, settings } = this.#options
    const key = this.#keyOf(visit)
    const session = this.#sessions.get(key)
    if (session === undefined) return undefined
    if (visit.isPiece !== true && !session.plays(visit.protocol)) return undefined
    const now = clock.now()
    if (now - session.admittedAt > settings.of(visit.stream).accessCheckInterval) return undefined
    this.#use(key, session, now)
    return session
  }

  /**
   * Let the sender of a request in, for the first time or again.
   *
   * @param open Resolves to the stream, which is waited for only by those who may play it; to `undefined` for what is kept
   *   of it. Nothing is kept of a viewer for whom there is nothing: then it rejects.
   * @throws {DeniedError} @throws {RequestError} As the gate and `open` have it.
   */
  async admit(visit: Visit, open: () => Promise<Stream | undefined>): Promise<ViewerSession> {
    const { request, stream, protocol } = visit
    const key = this.#keyOf(visit)
    this.#checkAway(key, stream)
    const known = this.#sessions.get(key)
    if (known !== undefined && (await this.#readmit(key, known, visit))) return known
    const identity = await this.#options.gate.admit(request, stream, protocol)
    const live = await open()
    this.#checkAway(key, stream)
    return (
      this.#sessions.get(key) ??
      this.#start(key, new ViewerSession({ ...this.#options, identity, name: stream, stream: live }))
    )
  }

  /** Viewers of these streams are asked again when they ask for the next thing. */
  askAgain(isAbout: (stream: string) => boolean): void {
    for (const session of this.#sessions.values()) {
      if (isAbout(session.stream)) session.admittedAt = Number.NEGATIVE_INFINITY
    }
  }

  /** Idempotent. */
  close(): void {
    this.#sweepTimer?.cancel()
    for (const session of this.#sessions.values()) session.close('Server shuts down')
  }

  /** @throws {DeniedError} If the viewer was sent away a moment ago. */
  #checkAway(key: string, stream: string): void {
    if ((this.#away.get(key) ?? 0) <= this.#options.clock.now()) return
    throw new DeniedError(403, `Cannot play ${stream}: sent away`)
  }

  /**
   * Who can no longer be let in has played to the end; that nobody can tell now is no reason to end it. Returns false if the
   * session has ended before the answer was there.
   */
  async #readmit(key: string, session: ViewerSession, { request, stream, protocol, isPiece }: Visit): Promise<boolean> {
    const { gate, clock } = this.#options
    const asked = isPiece === true ? session.playedOver : protocol
    // Before the answer is there, so that the viewer's other requests go on.
    session.admittedAt = clock.now()
    try {
      await gate.admit(request, stream, asked)
      session.letIn(asked)
    } catch (error) {
      if (!(error instanceof DeniedError)) throw error
      if (error.statusCode === 401 || error.statusCode === 403) {
        session.letOut(asked)
        throw error
      }
      if (!session.plays(asked)) throw error
    }
    this.#checkAway(key, stream)
    if (this.#sessions.get(key) !== session) return false
    this.#use(key, session, clock.now())
    return true
  }

  #start(key: string, session: ViewerSession): ViewerSession {
    const { clock } = this.#options
    makeRoom(this.#sessions, oldest => oldest.close('Too many viewers'))
    this.#sessions.set(key, session)
    session.onClosed = isSentAway => {
      this.#sessions.delete(key)
      if (!isSentAway) return
      makeRoom(this.#away, () => undefined)
      this.#away.set(key, clock.now() + awayTime)
    }
    this.#sweepTimer ??= clock.after(sweepMs, () => this.#sweep())
    return session
  }

  #use(key: string, session: ViewerSession, now: Milliseconds): void {
    session.usedAt = now
    this.#sessions.delete(key)
    this.#sessions.set(key, session)
  }

  #sweep(): void {
    const { clock } = this.#options
    const now = clock.now()
    for (const session of this.#sessions.values()) {
      if (now - session.usedAt <= idleTimeout) break
      session.close('Viewer left')
    }
    for (const [key, until] of this.#away) if (until <= now) this.#away.delete(key)
    const isIdle = this.#sessions.size === 0 && this.#away.size === 0
    this.#sweepTimer = isIdle ? undefined : clock.after(sweepMs, () => this.#sweep())
  }

  #keyOf({ request, stream, credentials }: UnroutedVisit): string {
    return `${stream} ${this.#options.gate.fingerprint(request)} ${credentials}`
  }
}

/** The entry that came first goes, if there are as many as may be. */
function makeRoom<Value>(entries: Map<string, Value>, onForgotten: (value: Value) => void): void {
  if (entries.size < mostKept) return
  for (const [key, value] of entries) {
    entries.delete(key)
    return onForgotten(value)
  }
}
