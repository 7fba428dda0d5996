import type { Network } from '../../config/network.ts'
import type { Authorizer } from '../../contracts/access.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { EventSink } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import type { PlaySettings, PublishSettings, SettingsOf, SettingsSource } from '../../contracts/path-settings.ts'
import type { FaultSink } from '../../hub/contained-fault.ts'
import type { SharedWindow } from '../../hub/pump.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { FormatsByChunkSize } from '../../protocols/rtmp/formats-by-chunk-size.ts'
import type { RtmpConfig } from './config.ts'

/** What the server and its connections are given. */
export type RtmpServerOptions = {
  readonly config: RtmpConfig
  /** Whose PROXY headers are believed. */
  readonly trustedProxies: () => readonly Network[]
  readonly playSettings: SettingsSource<PlaySettings>
  readonly publishSettings: SettingsSource<PublishSettings>
  /** How long the publisher of a stream is not read, so that one read brings more. */
  readonly readWindow: SettingsOf<SharedWindow>
  readonly registry: StreamRegistry
  /** What players are sent, shared with whoever else writes RTMP. */
  readonly formats: FormatsByChunkSize
  readonly authorizer: Authorizer
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
  readonly onInternalFault?: FaultSink
}
