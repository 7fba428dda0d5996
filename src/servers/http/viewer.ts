import type { Clock, Timer } from '../../contracts/clock.ts'
import type { ReaderEnd } from '../../contracts/end-reason.ts'
import type { PlaySettings, SettingsSource } from '../../contracts/path-settings.ts'
import type { WireFormat } from '../../contracts/wire-format.ts'
import { StallClock } from '../../core/stall-clock.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { WireReader, type WireSink } from '../../hub/wire-reader.ts'
import type { ViewerOutlet } from './viewer-outlet.ts'

export type ViewerOptions = {
  readonly info: PeerInfo
  readonly stream: Stream
  readonly outlet: ViewerOutlet
  readonly format: WireFormat
  readonly clock: Clock
  readonly playSettings: SettingsSource<PlaySettings>
  /** @param onEnd The hub has ended the reader. */
  readonly createSink: (onEnd: (reason: ReaderEnd) => void) => WireSink
  /** Say in the protocol's words that no more will come, and end the connection. */
  readonly sayGoodbye: (reason: ReaderEnd) => void
  readonly onClosed: (reason: string) => void
}

/** How long a viewer that we end may take to read our last words. */
const farewellMs: Milliseconds = 1000

const endings: Readonly<Record<ReaderEnd, string>> = {
  ended: 'Stream ended',
  kicked: 'Viewer was sent away',
  shutdown: 'Server shuts down',
  failed: 'The server has failed to send on',
}

/** One peer that watches one stream until either side, or the stream, ends it. */
export class Viewer {
  readonly #options: ViewerOptions
  #settings: PlaySettings
  readonly #reader: WireReader
  readonly #closed = Promise.withResolvers<void>()
  readonly #stall: StallClock
  #farewell: Timer | undefined
  #reason = 'Viewer left'

  constructor(options: ViewerOptions) {
    this.#options = options
    this.#settings = options.playSettings.of(options.stream.name)
    this.#stall = new StallClock(options.clock.now())
    const { stream, format, info, outlet } = options
    outlet.once('close', () => this.#onClosed())
    this.#reader = new WireReader(
      stream,
      format,
      info,
      options.createSink(reason => this.#onEnd(reason)),
    )
  }

  get bytesSent(): Bytes {
    return this.#reader.counters.bytesSent
  }

  /** The configuration has changed. */
  applySettings(): void {
    this.#settings = this.#options.playSettings.of(this.#options.stream.name)
  }

  /** Called once a second. */
  checkDeadline(now: Milliseconds): void {
    const { outlet } = this.#options
    if (this.#stall.stalledFor(now, outlet) <= this.#settings.sendTimeout) return
    this.#reason = 'Viewer takes nothing any more'
    outlet.destroy()
  }

  /** End the viewer politely and wait until it is gone. Idempotent. */
  close(): Promise<void> {
    this.#reader.end('shutdown')
    return this.#closed.promise
  }

  #onEnd(reason: ReaderEnd): void {
    const { outlet, clock, sayGoodbye } = this.#options
    this.#reason = endings[reason]
    this.#farewell = clock.after(farewellMs, () => outlet.destroy())
    sayGoodbye(reason)
  }

  #onClosed(): void {
    this.#farewell?.cancel()
    this.#reader.close()
    this.#options.onClosed(this.#reason)
    this.#closed.resolve()
  }
}
