import type { ConnectionReports, Reporter } from '../contracts/connection-reports.ts'
import type { Log } from '../contracts/log.ts'
import type { Milliseconds } from '../core/units.ts'
import { noTsFaults, type TsFaults } from '../formats/mpegts/ts-faults.ts'
import { BytesToFrames, type BytesToFramesOptions } from './bytes-to-frames.ts'

export type ReceptionOptions = Omit<BytesToFramesOptions, 'onLeftOut'> & {
  /** Id of the publisher. */
  readonly connection: string
  readonly stream: string
  readonly reports: ConnectionReports<TsFaults>
  readonly log: Log
}

/** From one log line about damage to the next. */
const shortestSilence: Milliseconds = 1000

/** One publisher's bytes on their way into the hub. Whoever wants to know is told how damaged they are. */
export class Reception {
  readonly #frames: BytesToFrames
  readonly #reporter: Reporter<TsFaults, TsFaults>
  readonly #reports: ConnectionReports<TsFaults>
  readonly #log: Log
  #logged: TsFaults = noTsFaults
  #loggedAt: Milliseconds = Number.NEGATIVE_INFINITY

  constructor(options: ReceptionOptions) {
    const { connection, stream, reports, log } = options
    this.#frames = new BytesToFrames({
      ...options,
      onLeftOut: sentence => log.info('TRACK_LEFT_OUT', sentence, { stream }),
    })
    this.#log = log
    this.#reports = reports
    const faults = (): TsFaults => this.#frames.faults
    this.#reporter = { connection, stream, counters: faults, report: faults }
    reports.open(this.#reporter)
  }

  /** Frames so far. */
  get frameCount(): number {
    return this.#frames.frameCount
  }

  /** Take in the next bytes, which are borrowed until the call returns. @throws {ProtocolError} */
  write(bytes: Uint8Array): void {
    this.#frames.write(bytes)
  }

  /** Bytes are missing before the next ones. */
  lost(): void {
    this.#frames.lost()
  }

  /** Called now and then: says in the log what is damaged, once a second at most. */
  check(now: Milliseconds): void {
    if (now - this.#loggedAt < shortestSilence || !this.#logNew()) return
    this.#loggedAt = now
  }

  /** The publisher leaves: hand on what was held back. To be called while it has the stream. */
  close(): void {
    this.#frames.flush()
    this.#reports.close(this.#reporter)
    this.#logNew()
  }

  /** False if there is nothing new to say. */
  #logNew(): boolean {
    const { faults } = this.#frames
    const names = Object.keys(faults) as (keyof TsFaults)[]
    if (names.every(name => faults[name] === this.#logged[name])) return false
    this.#logged = faults
    this.#log.warn('STREAM_DAMAGED', 'What the publisher sends is damaged', {
      stream: this.#reporter.stream,
      ...faults,
    })
    return true
  }
}
