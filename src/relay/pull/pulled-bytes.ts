import type { Clock, Timer } from '../../contracts/clock.ts'
import type { ConnectionReports } from '../../contracts/connection-reports.ts'
import type { Log } from '../../contracts/log.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import { ConnectionError, endingError, type ServerError } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { TsFaults } from '../../formats/mpegts/ts-faults.ts'
import { Reception } from '../../protocols/reception.ts'
import type { PulledStream } from './pulled-stream.ts'

export type PulledBytesContext = {
  readonly clock: Clock
  readonly log: Log
  readonly faultReports: ConnectionReports<TsFaults>
  /** How long nothing may come; of a stream that is there, no media. */
  readonly silenceTimeout: Milliseconds
}

/** How often it is looked whether something has come. */
const checkMs: Milliseconds = 500

/** The bytes of one connection on their way into the hub, whatever brings them: what has media publishes the stream. */
export class PulledBytes {
  readonly #stream: PulledStream
  readonly #settings: PublishSettings
  readonly #context: PulledBytesContext
  readonly #reception: Reception
  readonly #failed = Promise.withResolvers<ServerError>()
  readonly #openedAt: Milliseconds
  #bytes: Bytes = 0
  /** What was last seen, and when that was. */
  #progress = 0
  #progressAt: Milliseconds
  #timer: Timer

  /** @param programNumber Of a transport stream; `undefined` for the first program with media. */
  constructor(stream: PulledStream, settings: PublishSettings, context: PulledBytesContext, programNumber?: number) {
    this.#stream = stream
    this.#settings = settings
    this.#context = context
    const { log, faultReports: reports } = context
    this.#reception = new Reception({
      connection: stream.connection,
      stream: stream.name,
      log,
      reports,
      settings,
      programNumber,
      openTarget: () => (stream.isOver ? undefined : stream.publish()),
    })
    this.#openedAt = context.clock.now()
    this.#progressAt = this.#openedAt
    this.#timer = context.clock.after(checkMs, () => this.#check())
  }

  /** Resolves when what comes, or does not come, makes an end of it. */
  get failed(): Promise<ServerError> {
    return this.#failed.promise
  }

  /** Bytes are missing before the next ones. */
  lost(): void {
    this.#reception.lost()
  }

  /** Take in the next bytes, which are borrowed until the call returns. */
  write(bytes: Uint8Array): void {
    this.#bytes += bytes.length
    try {
      this.#reception.write(bytes)
    } catch (error) {
      this.#failed.resolve(endingError(error, `Cannot pull ${this.#stream.name}`))
    }
  }

  /** The connection is over: hand on what was held back. */
  close(): void {
    this.#timer.cancel()
    this.#reception.close()
  }

  #check(): void {
    const { clock, silenceTimeout } = this.#context
    const now = clock.now()
    this.#reception.check(now)
    // Bytes that bring no media, as null packets do, are nothing to a stream that is there.
    const hasMedia = this.#stream.publication !== undefined
    const progress = hasMedia ? this.#reception.frameCount : this.#bytes
    if (progress !== this.#progress) this.#progressAt = now
    this.#progress = progress
    if (now - this.#progressAt > silenceTimeout) {
      return this.#fail(`${hasMedia ? 'no media' : 'nothing'} has come for ${silenceTimeout} ms`)
    }
    const { firstMediaTimeout } = this.#settings
    if (!hasMedia && now - this.#openedAt > firstMediaTimeout) {
      return this.#fail('no program with media has come')
    }
    this.#timer = clock.after(checkMs, () => this.#check())
  }

  #fail(reason: string): void {
    this.#failed.resolve(new ConnectionError(`Cannot pull ${this.#stream.name}: ${reason}`))
  }
}
