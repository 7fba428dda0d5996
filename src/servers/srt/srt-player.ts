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

export type SrtPlayerOptions = Pick<SrtServerOptions, 'clock' | 'events'> & {
  readonly stream: Stream
  readonly session: SrtSession
  readonly info: PeerInfo
  readonly who: Participant
  readonly log: Log
  /** The hub has ended the reader. */
  readonly onEnd: () => void
}

/** A connection that plays. */
export class SrtPlayer {
  readonly #options: SrtPlayerOptions
  readonly #reader: WireReader
  readonly #openedAt: Milliseconds
  #isOpen = true

  constructor(options: SrtPlayerOptions) {
    const { stream, session, info, who, log, events, clock, onEnd } = options
    this.#options = options
    this.#openedAt = clock.now()
    events.emit({ type: 'play.started', stream: stream.name, ...who })
    log.info('SRT_PLAY', 'Plays', { stream: stream.name })
    this.#reader = new WireReader(stream, tsWireFormat, info, new SrtSink(session, clock, onEnd))
  }

  /** Players have nothing to say. */
  onPayload(): void {}

  /** One that takes nothing would not acknowledge anything either, and its connection would be lost. */
  check(): string | undefined {
    return undefined
  }

  applySettings(): void {}

  /** The connection ends. Idempotent. */
  close(reason: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#reader.close()
    const { stream, who, events, log, clock } = this.#options
    const durationMs = Math.round(clock.now() - this.#openedAt)
    events.emit({ type: 'play.stopped', stream: stream.name, reason, durationMs, ...who })
    log.info('SRT_STOP', `Plays no more: ${reason}`, { stream: stream.name })
  }
}
