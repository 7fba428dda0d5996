import { clientChunkSize } from '../clients/rtmp/rtmp-client.ts'
import type { Clock } from '../contracts/clock.ts'
import type { ConnectionReports } from '../contracts/connection-reports.ts'
import type { Log } from '../contracts/log.ts'
import { type BackoffLimits } from '../core/backoff.ts'
import type { Milliseconds } from '../core/units.ts'
import type { TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { FormatsByChunkSize } from '../protocols/rtmp/formats-by-chunk-size.ts'
import { SessionTicker } from '../protocols/srt/session-ticker.ts'
import type { SrtReport, SrtStatistics } from '../protocols/srt/statistics.ts'
import type { RelayConfig } from '../relay/config.ts'
import { FileInput } from '../relay/pull/file/file-input.ts'
import { HlsInput } from '../relay/pull/hls/hls-input.ts'
import { HttpFileInput } from '../relay/pull/http-file/http-file-input.ts'
import { HttpTsInput } from '../relay/pull/http-ts/http-ts-input.ts'
import type { PullInput } from '../relay/pull/pull-input.ts'
import type { PullUrl } from '../relay/pull/pull-url.ts'
import type { PulledBytesContext } from '../relay/pull/pulled-bytes.ts'
import { RtmpInput } from '../relay/pull/rtmp/rtmp-input.ts'
import { S3Input } from '../relay/pull/s3/s3-input.ts'
import { SrtInput } from '../relay/pull/srt/srt-input.ts'
import { UdpInput } from '../relay/pull/udp-ts/udp-input.ts'
import type { PushOutput } from '../relay/push/push-output.ts'
import type { PushUrl } from '../relay/push/push-url.ts'
import { RtmpOutput, type RtmpOutputOptions } from '../relay/push/rtmp/rtmp-output.ts'
import { SrtOutput } from '../relay/push/srt/srt-output.ts'
import { UdpOutput } from '../relay/push/udp-ts/udp-output.ts'
import type { SrtRelayOptions } from '../relay/srt-relay.ts'
import { type ClientTuning, clientOptions, type RelayClientOptions } from './relay-client-options.ts'

export type RelayProtocolsShared = {
  readonly clock: Clock
  readonly log: Log
  readonly formats: FormatsByChunkSize
  readonly faultReports: ConnectionReports<TsFaults>
  readonly srtReports: ConnectionReports<SrtStatistics, SrtReport>
}

/** How one input is treated. What is missing holds as for all. */
export type InputTuning = ClientTuning & {
  /** It may be silent for so long at least. */
  readonly silenceTimeout?: Milliseconds
}

type ProtocolContext = PulledBytesContext &
  SrtRelayOptions &
  RtmpOutputOptions & { readonly client: RelayClientOptions }

/** The protocols that relays speak. What the configuration says of them holds from the next connection on. */
export class RelayProtocols {
  readonly retry: BackoffLimits
  readonly #context: ProtocolContext
  readonly #now: () => RelayConfig

  /** @param now What the configuration says now. */
  constructor(now: () => RelayConfig, { clock, log, formats, faultReports, srtReports }: RelayProtocolsShared) {
    this.#now = now
    this.retry = {
      get shortest() {
        return now().retryShortest
      },
      get longest() {
        return now().retryLongest
      },
    }
    this.#context = {
      ...{ clock, log, faultReports, srtReports },
      client: clientOptions(now),
      formats: formats.of(clientChunkSize),
      ticker: new SessionTicker(clock),
      get connectTimeout() {
        return now().connectTimeout
      },
      get silenceTimeout() {
        return now().silenceTimeout
      },
    }
  }

  /** @param tuning What holds for this input alone. */
  createInput(url: PullUrl, tuning: InputTuning = {}): PullInput {
    const context = this.#tuned(tuning)
    switch (url.protocol) {
      case 'rtmp':
        return new RtmpInput(url, context)
      case 'http-ts':
        return new HttpTsInput(url, context, context.client)
      case 'hls':
        return new HlsInput(url, context, context.client)
      case 'http-file':
        return new HttpFileInput(url, context, context.client)
      case 'udp-ts':
        return new UdpInput(url, context)
      case 'file':
        return new FileInput(url, context)
      case 's3':
        return new S3Input(url, context)
      case 'srt':
        return new SrtInput(url, context, context)
    }
  }

  createOutput(url: PushUrl): PushOutput {
    const context = this.#context
    switch (url.protocol) {
      case 'rtmp':
        return new RtmpOutput(url, context)
      case 'udp-ts':
        return new UdpOutput(url, context.clock)
      case 'srt':
        return new SrtOutput(url, context)
    }
  }

  #tuned(tuning: InputTuning): ProtocolContext {
    const context = this.#context
    const client = clientOptions(this.#now, tuning)
    return {
      ...context,
      client,
      get connectTimeout() {
        return client.connectTimeout ?? 0
      },
      get silenceTimeout() {
        return Math.max(context.silenceTimeout, tuning.silenceTimeout ?? 0)
      },
    }
  }
}
