import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { PlaybackGate } from '../contracts/playback-gate.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { dashRoutes } from '../packagers/dash/dash-routes.ts'
import { hlsRoutes } from '../packagers/hls/hls-routes.ts'
import { PackagerDoor } from '../packagers/packager-door.ts'
import { PackagerSet } from '../packagers/packager-set.ts'
import { segmentRoutes } from '../packagers/segment-routes.ts'
import { ViewerSessions } from '../packagers/viewer-sessions.ts'
import type { LiveSettings } from './live-settings.ts'

export type PackagingOptions = {
  readonly settings: LiveSettings
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly events: EventSink
}

/** What serves streams in segments. */
export class Packaging {
  readonly packagers: PackagerSet
  readonly #options: PackagingOptions
  #sessions: ViewerSessions | undefined

  constructor(options: PackagingOptions) {
    this.#options = options
    this.packagers = new PackagerSet({ ...options, settings: options.settings.packager })
  }

  /** For the HTTP server, once. */
  routes(gate: PlaybackGate): readonly HttpRoutes[] {
    const { packagers } = this
    const sessions = new ViewerSessions({ ...this.#options, gate })
    this.#sessions = sessions
    const door = new PackagerDoor({ ...this.#options, packagers, sessions, gate })
    const { clock, settings } = this.#options
    const { hls: hlsSettings, dash: dashSettings, packager: packagerSettings } = settings
    return [
      hlsRoutes({ door, hlsSettings, packagerSettings }),
      dashRoutes({ door, clock, dashSettings, packagerSettings }),
      segmentRoutes(door),
    ]
  }

  /** Nothing more will come: players are told the end of what there is. Idempotent. */
  close(): void {
    this.packagers.close()
    this.#sessions?.close()
  }
}
