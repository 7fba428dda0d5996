import type { PublishSettings } from '../../contracts/path-settings.ts'
import type { Bytes } from '../../core/units.ts'
import type { AttemptResult } from '../relay-loop.ts'
import type { PulledStream } from './pulled-stream.ts'

/** How one protocol brings a stream. */
export interface PullInput {
  /** For logs, the API and metrics. */
  readonly protocol: 'rtmp' | 'http-ts' | 'hls' | 'udp-ts' | 'srt' | 'file' | 'http-file' | 's3'
  /** Over all connections. */
  readonly bytesReceived: Bytes
  /**
   * Connect, and bring the stream until that ends or `signal` aborts.
   *
   * @throws {ServerError}
   */
  play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<AttemptResult>
}
