import type { AttemptGuard, Authorizer } from '../../contracts/access.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { ConnectionReports } from '../../contracts/connection-reports.ts'
import type { EventSink } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import type { PlaySettings, PublishSettings, SettingsSource } from '../../contracts/path-settings.ts'
import type { ProtocolFault } from '../../core/errors.ts'
import type { TsFaults } from '../../formats/mpegts/ts-faults.ts'
import type { FaultSink } from '../../hub/contained-fault.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { SrtReport, SrtStatistics } from '../../protocols/srt/statistics.ts'
import type { SrtConfig } from './config.ts'

/** What the server and its connections are given. */
export type SrtServerOptions = {
  readonly config: SrtConfig
  readonly playSettings: SettingsSource<PlaySettings>
  readonly publishSettings: SettingsSource<PublishSettings>
  readonly registry: StreamRegistry
  readonly authorizer: Authorizer
  /** Of passphrases. */
  readonly attempts: AttemptGuard
  readonly clock: Clock
  readonly log: Log
  readonly srtReports: ConnectionReports<SrtStatistics, SrtReport>
  readonly faultReports: ConnectionReports<TsFaults>
  readonly events: EventSink
  readonly onInternalFault?: FaultSink
}

/** Totals since the start, for metrics. */
export type SrtCounters = {
  /** Callers that have shown their cookie. */
  connections: number
  /** Packets that were wrong. They are passed over: anybody could have sent them. */
  readonly faults: Record<ProtocolFault, number>
}
