import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { Log } from '../contracts/log.ts'
import type { MetricSource } from '../contracts/metrics.ts'
import type { SettingsSource } from '../contracts/path-settings.ts'
import type { PlaybackGate } from '../contracts/playback-gate.ts'
import type { Session } from '../contracts/sessions.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Rewinder } from '../hub/rewinder.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { ArchiveHeads } from '../packagers/archive-heads.ts'
import { ArchiveManifests } from '../packagers/archive-manifests.ts'
import { type ClipCounters, clipMetrics } from '../packagers/clip/clip-metrics.ts'
import { type ClipLimits, clipRoutes } from '../packagers/clip/clip-routes.ts'
import type { PackagerSettings } from '../packagers/config.ts'
import type { DashSettings } from '../packagers/dash/config.ts'
import { dashRoutes } from '../packagers/dash/dash-routes.ts'
import { longestLag } from '../packagers/dash/live-delay.ts'
import { encryptionMetrics } from '../packagers/encryption-metrics.ts'
import { containerForms, type HlsSettings } from '../packagers/hls/config.ts'
import { hlsRoutes } from '../packagers/hls/hls-routes.ts'
import { keyRoutes } from '../packagers/key-routes.ts'
import { ManifestCache } from '../packagers/manifest-cache.ts'
import { PackagerDoor } from '../packagers/packager-door.ts'
import { packagerMetrics } from '../packagers/packager-metrics.ts'
import { PackagerSet } from '../packagers/packager-set.ts'
import { PublisherWait } from '../packagers/publisher-wait.ts'
import type { Rendition } from '../packagers/rendition.ts'
import { SegmentEncryption } from '../packagers/segment-encryption.ts'
import type { KeyFor } from '../packagers/segment-keys.ts'
import { segmentRoutes } from '../packagers/segment-routes.ts'
import type { StreamForm } from '../packagers/stream-form.ts'
import type { StreamPackager } from '../packagers/stream-packager.ts'
import { ViewerSessions } from '../packagers/viewer-sessions.ts'
import type { Bucket } from '../recorder/dvr/bucket/bucket.ts'
import type { DvrSettings } from '../recorder/dvr/config.ts'
import { Dvr } from '../recorder/dvr/dvr.ts'
import { dvrMetrics } from '../recorder/dvr/dvr-metrics.ts'
import { rewindMetrics } from '../recorder/rewind/rewind-metrics.ts'
import { Rewinders } from '../recorder/rewind/rewinders.ts'

export type PackagingOptions = {
  readonly settings: {
    readonly packager: SettingsSource<PackagerSettings>
    readonly hls: SettingsSource<HlsSettings>
    readonly dash: SettingsSource<DashSettings>
    readonly dvr: SettingsSource<DvrSettings>
  }
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
  /** Folder for segments that are kept, and how much may be cut out of them and played at once. */
  readonly kept: ClipLimits & { readonly dir: string; readonly maxRewinders: number }
  /** What keys of encrypted segments are derived from; empty for one that nobody else knows. */
  readonly keySecret: string
  /** Where they are archived, if they are. */
  readonly bucket?: Bucket | undefined
}

type PlaybackRoutes = (gate: PlaybackGate) => readonly HttpRoutes[]

/** What serves streams in segments. */
export class Packaging {
  readonly packagers: PackagerSet
  readonly dvr: Dvr
  readonly rewinders: Rewinders
  readonly encryption: SegmentEncryption
  readonly clips: ClipCounters = { active: 0, clips: 0, bytes: 0, refused: 0, failed: 0 }
  readonly #options: PackagingOptions
  #sessions: ViewerSessions | undefined

  constructor(options: PackagingOptions) {
    this.#options = options
    const { settings, kept, keySecret } = options
    this.dvr = new Dvr({ ...options, dir: kept.dir, settings: settings.dvr })
    this.encryption = new SegmentEncryption(settings.hls, keySecret)
    const usualForm = (name: string): StreamForm => containerForms[settings.hls.of(name).container]
    const keysOf = (name: string): KeyFor | undefined => this.encryption.keysOf(name)
    this.rewinders = new Rewinders({ ...options, ...kept, archive: this.dvr })
    const longestLagOf = (name: string): Milliseconds =>
      longestLag(settings.packager.of(name), settings.dash.of(name).dashLowLatency)
    const sources = { settings: settings.packager, keysOf, usualForm, longestLagOf }
    this.packagers = new PackagerSet({ ...options, sink: this.dvr, ...sources })
  }

  /** Before the first stream. */
  open(): Promise<void> {
    return this.dvr.open()
  }

  get metrics(): readonly MetricSource[] {
    return [
      packagerMetrics(this.packagers),
      encryptionMetrics(this.encryption),
      dvrMetrics(this.dvr),
      clipMetrics(this.clips),
      rewindMetrics(this.rewinders),
    ]
  }

  /** Those who fetch a stream in segments. */
  get viewers(): readonly Session[] {
    return this.#sessions?.list() ?? []
  }

  /** Viewers of these streams are asked again for what lets them in. */
  askAgain(isAbout: (stream: string) => boolean): void {
    this.#sessions?.askAgain(isAbout)
  }

  /** What the HTTP server plays of it. */
  get playback(): { readonly playbackRoutes: PlaybackRoutes; readonly rewinder: Rewinder } {
    return { playbackRoutes: gate => this.routes(gate), rewinder: this.rewinders }
  }

  /** For the HTTP server, once. */
  routes(gate: PlaybackGate): readonly HttpRoutes[] {
    const { packagers, dvr, encryption } = this
    const { clock, log, settings, kept } = this.#options
    const sessions = new ViewerSessions({ ...this.#options, settings: settings.packager, gate })
    this.#sessions = sessions
    const publishers = new PublisherWait({ ...this.#options, settings: settings.packager, gate })
    const door = new PackagerDoor({ ...this.#options, packagers, sessions, publishers, archive: dvr })
    const [heads, archiveManifests] = [new ArchiveHeads(), new ArchiveManifests()]
    const manifests = new ManifestCache<Rendition | StreamPackager>()
    const { hls: hlsSettings, dash: dashSettings, packager: packagerSettings } = settings
    const shared = { door, clock, manifests, archiveManifests, heads, encryption, packagerSettings }
    return [
      hlsRoutes({ ...shared, hlsSettings }),
      dashRoutes({ ...shared, dashSettings }),
      segmentRoutes({ door, encryption, log }),
      keyRoutes({ door, encryption }),
      clipRoutes({ door, clock, log, counters: this.clips, limits: kept }),
    ]
  }

  /** The configuration has changed. */
  applySettings(): void {
    this.packagers.applySettings()
  }

  /** Nothing more will come: players are told the end of what there is, and what is kept is written. Idempotent. */
  close(): Promise<void> {
    this.packagers.close()
    this.#sessions?.close()
    this.rewinders.close()
    return this.dvr.close()
  }
}
