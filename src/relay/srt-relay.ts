import { SrtClient } from '../clients/srt/srt-client.ts'
import type { Clock } from '../contracts/clock.ts'
import type { ConnectionReports } from '../contracts/connection-reports.ts'
import type { Log } from '../contracts/log.ts'
import type { PeerAddress } from '../core/peer-address.ts'
import type { Milliseconds } from '../core/units.ts'
import type { HandshakeFailure } from '../protocols/srt/handshake-failure.ts'
import { microseconds } from '../protocols/srt/microseconds.ts'
import type { SessionTicker } from '../protocols/srt/session-ticker.ts'
import type { SrtUrl } from '../protocols/srt/srt-url.ts'
import type { SrtReport, SrtStatistics } from '../protocols/srt/statistics.ts'

/** What relays over SRT are given. */
export type SrtRelayOptions = {
  readonly clock: Clock
  readonly log: Log
  /** Shared by all. */
  readonly ticker: SessionTicker
  readonly connectTimeout: Milliseconds
  readonly srtReports: ConnectionReports<SrtStatistics, SrtReport>
}

/** Which relay it is: its id among publishers and subscribers, and its stream. */
export type SrtRelayIdentity = { readonly connection: string; readonly stream: string }

/** One connection of a relay, which says how it is. Close it with `await using`. */
export class SrtRelay implements AsyncDisposable {
  readonly client: SrtClient
  readonly #closeReport: () => void

  private constructor(client: SrtClient, closeReport: () => void) {
    this.client = client
    this.#closeReport = closeReport
  }

  /** @throws {ServerError} */
  static async connect(
    url: SrtUrl,
    { connection, stream }: SrtRelayIdentity,
    signal: AbortSignal,
    { clock, ticker, connectTimeout, srtReports, log }: SrtRelayOptions,
  ): Promise<SrtRelay> {
    const onRefused = ({ reason }: HandshakeFailure, { address, port }: PeerAddress): void =>
      log.info('SRT_REFUSED', `Caller refused: ${reason}`, { stream, peer: `${address}:${port}` })
    const client = await SrtClient.connect(url, { clock, ticker, connectTimeout, signal, onRefused })
    const { session } = client
    const report = (): SrtReport => session.report(microseconds(clock))
    const reporter = { connection, stream, counters: () => session.statistics, report }
    srtReports.open(reporter)
    return new SrtRelay(client, () => {
      srtReports.close(reporter)
      log.info('SRT_CLOSED', 'Connection of a relay closed', { stream, url: url.shown, ...session.statistics })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closeReport()
    await this.client.close()
  }
}
