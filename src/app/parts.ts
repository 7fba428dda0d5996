import type { AccessControl } from '../auth/access-control.ts'
import type { EventFeedSet } from '../hooks/event-feed-set.ts'
import type { HookSet } from '../hooks/hook-set.ts'
import type { EventJournal } from '../hooks/journal/event-journal.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { DiskSpace } from '../recorder/disk-space.ts'
import type { Recorder } from '../recorder/recorder.ts'
import type { HttpServer } from '../servers/http/http-server.ts'
import type { RtmpServer } from '../servers/rtmp/rtmp-server.ts'
import type { SrtServer } from '../servers/srt/srt-server.ts'
import type { GuardedStore } from '../store/guarded-store.ts'
import type { AdaptiveWindows } from './adaptive-windows.ts'
import type { ConfigReload } from './config-reload.ts'
import type { Declarations } from './declarations.ts'
import type { EventBus } from './event-bus.ts'
import type { HookDeclarations } from './hook-declarations.ts'
import type { InputParts } from './inputs.ts'
import type { Certificates, Listeners, Ports } from './listeners.ts'
import type { Packaging } from './packaging.ts'
import type { RelayParts } from './relays.ts'

/** What the server is made of. */
export type Parts = {
  readonly store: GuardedStore
  readonly declarations: Declarations
  readonly hookDeclarations: HookDeclarations
  readonly events: EventBus
  readonly journal: EventJournal
  readonly hooks: HookSet
  readonly feeds: EventFeedSet
  readonly access: AccessControl
  readonly reload: ConfigReload | undefined
  readonly listeners: Listeners
  readonly certificates: Readonly<Certificates>
  readonly windows: AdaptiveWindows
  readonly registry: StreamRegistry
  readonly disks: DiskSpace
  readonly recorder: Recorder
  readonly relays: RelayParts
  readonly inputs: InputParts
  readonly packaging: Packaging
  readonly rtmp: RtmpServer
  readonly srt: SrtServer
  readonly http: HttpServer
  readonly ports: Ports
}
