import type { ReaderEnd } from '../../contracts/end-reason.ts'
import type { Participant } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { WireReader } from '../../hub/wire-reader.ts'
import { tsWireFormat } from '../../protocols/mpegts/ts-wire-format.ts'
import type { SrtSession } from '../../protocols/srt/srt-session.ts'
import { SrtSink } from '../../protocols/srt/srt-sink.ts'
import type { SrtServerOptions } from './srt-context.ts'

export type SrtPlayerOptions = Pick<SrtServerOptions, 'clock' | 'events' | 'playSettings'> & {
  readonly stream: Stream
  readonly session: SrtSession
  readonly info: PeerInfo
  readonly who: Participant
  readonly log: Log
  /** The hub has ended the reader. */
  readonly onEnd: (reason: ReaderEnd) => void
}

/** A connection that plays. */
export class SrtPlayer {
  readonly #options: SrtPlayerOptions
  readonly #reader: WireReader
  readonly #openedAt: Milliseconds
  /** When something was last sent, as far as could be seen. */
  #lastSent: { readonly pktSent: number; readonly pktSndDrop: number; readonly at: Milliseconds }
  #isOpen = true

  constructor(options: SrtPlayerOptions) {
    const { stream, session, info, who, log, events, clock, onEnd } = options
    this.#options = options
    this.#openedAt = clock.now()
    this.#lastSent = { pktSent: 0, pktSndDrop: 0, at: this.#openedAt }
    events.emit({ type: 'play.started', stream: stream.name, ...who })
    log.info('SRT_PLAY', 'Plays', { stream: stream.name })
    this.#reader = new WireReader(stream, tsWireFormat, info, new SrtSink(session, clock, onEnd))
  }

  /** What the player is late with, in words: it may be there and say that it has no room. */
  check(now: Milliseconds): string | undefined {
    const { session, stream, playSettings } = this.#options
    const { pktSent, pktSndDrop } = session.statistics
    if (pktSent !== this.#lastSent.pktSent) this.#lastSent = { pktSent, pktSndDrop, at: now }
    const { sendTimeout } = playSettings.of(stream.name)
    const isOverdue = pktSndDrop > this.#lastSent.pktSndDrop && now - this.#lastSent.at > sendTimeout
    if (!isOverdue) return undefined
    return `Cannot send ${stream.name} any more: the player must take something within ${sendTimeout} ms`
  }

  applySettings(): void {}

  /** The connection ends. Idempotent. */
  close(reason: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#reader.close()
    const { stream, who, events, log, clock } = this.#options
    const durationMs = Math.round(clock.now() - this.#openedAt)
    const bytes = this.#reader.counters.bytesSent
    events.emit({ type: 'play.stopped', stream: stream.name, reason, durationMs, bytes, ...who })
    log.info('SRT_STOP', `Plays no more: ${reason}`, { stream: stream.name })
  }
}
