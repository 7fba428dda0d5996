import type { AccessControl } from '../auth/access-control.ts'
import { authMetrics } from '../auth/auth-metrics.ts'
import { createAccess, prepareAccess } from '../auth/create-access.ts'
import { readVersion } from '../cli/version.ts'
import type { Network } from '../config/network.ts'
import type { Clock } from '../contracts/clock.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { Log } from '../contracts/log.ts'
import type { Milliseconds } from '../core/units.ts'
import type { EventFeedSet } from '../hooks/event-feed-set.ts'
import { hookMetrics, journalMetrics } from '../hooks/hook-metrics.ts'
import type { HookSet } from '../hooks/hook-set.ts'
import type { EventJournal } from '../hooks/journal/event-journal.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import { certificateMetrics } from '../listeners/certificate-metrics.ts'
import { configMetrics } from '../metrics/config-metrics.ts'
import { debugVarsRoutes } from '../metrics/debug-vars.ts'
import { deliveryMetrics } from '../metrics/delivery-metrics.ts'
import { healthMetrics } from '../metrics/health-metrics.ts'
import { inputMetrics } from '../metrics/input-metrics.ts'
import { listenerMetrics } from '../metrics/listener-metrics.ts'
import { MetricsRegistry } from '../metrics/metrics-registry.ts'
import { nodeMetrics, processMetrics } from '../metrics/process-metrics.ts'
import { streamMetrics } from '../metrics/stream-metrics.ts'
import { FormatsByChunkSize } from '../protocols/rtmp/formats-by-chunk-size.ts'
import { diskMetrics } from '../recorder/disk-metrics.ts'
import { DiskSpace } from '../recorder/disk-space.ts'
import { Recorder } from '../recorder/recorder.ts'
import { recorderMetrics } from '../recorder/recorder-metrics.ts'
import { relayMetrics } from '../relay/relay-metrics.ts'
import { guardedRoutes } from '../servers/http/guarded-routes.ts'
import { HttpServer } from '../servers/http/http-server.ts'
import { RtmpServer } from '../servers/rtmp/rtmp-server.ts'
import { SrtServer } from '../servers/srt/srt-server.ts'
import { createStore } from '../store/create-store.ts'
import type { GuardedStore } from '../store/guarded-store.ts'
import { storeMetrics } from '../store/store-metrics.ts'
import { AdaptiveWindows } from './adaptive-windows.ts'
import type { AppConfig } from './config.ts'
import { ConfigReload, type ConfigReloadOptions, type ConfigSource, neverReloaded } from './config-reload.ts'
import { createReports } from './connection-reports.ts'
import { createApi } from './create-api.ts'
import {
  accessIn,
  createDeclarations,
  type Declarations,
  declareFromFile,
  endSwitchedOff,
  refusingSwitchedOff,
} from './declarations.ts'
import { createArchive } from './dvr-archive.ts'
import { EventBus } from './event-bus.ts'
import { FaultLog } from './fault-log.ts'
import type { HookDeclarations } from './hook-declarations.ts'
import { createInputs, type InputParts } from './inputs.ts'
import { type Certificates, Listeners, type Ports } from './listeners.ts'
import { LiveSettings } from './live-settings.ts'
import type { LogConfig } from './log-config.ts'
import { createObservers, openObservers } from './observers.ts'
import { Packaging } from './packaging.ts'
import { prepareWith } from './prepare-config.ts'
import { createRelays, type RelayParts } from './relays.ts'

export type AppOptions = {
  readonly config: AppConfig
  /** Where the configuration can be read again. Without it, it stays as it is. */
  readonly source?: ConfigSource
  readonly log: Log
  /** The log is to be written as the configuration says now. */
  readonly useLog?: (config: LogConfig) => void
  readonly clock: Clock
}

/** The server, listening. */
export type App = {
  /** Where to publish and where to look, for people. */
  readonly urls: readonly string[]
  readonly ports: Readonly<Ports>
  /** Accept nobody new, finish recordings, tell the peers, and wait until they are gone or `signal` aborts. */
  drain(signal: AbortSignal): Promise<void>
  /** Read again what may change while the server runs. Never rejects: what is broken now changes nothing. */
  reload(): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/** A format that lost its last reader is still muxed for this long: readers come and go in groups. */
const wireLinger: Milliseconds = 10_000

/** How long the last events may take to be delivered when the server stops. */
const flushTime: Milliseconds = 1500

/**
 * Build everything, wire it, and listen.
 *
 * @throws the system's error if an address cannot be had; what was opened by then is closed again.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const parts = buildParts(options)
  const close = (): Promise<void> => closeParts(parts)
  try {
    await listen(parts, options)
  } catch (error) {
    await close()
    throw error
  }
  return {
    urls: urlsOf(parts.ports),
    ports: parts.ports,
    drain: async signal => {
      await drainParts(parts, signal)
      await parts.hooks.flush(AbortSignal.any([signal, AbortSignal.timeout(flushTime)]))
      parts.feeds.close()
    },
    reload: async () => {
      await parts.reload?.reload()
      const certificates = Object.values(parts.certificates).map(files => files?.reload())
      await Promise.all([parts.access.reload(), ...certificates, parts.srt.reload()])
    },
    close,
  }
}

type Parts = {
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

function buildParts({ config, source, log, useLog, clock }: AppOptions): Parts {
  const events = new EventBus(clock, log)
  const windows = new AdaptiveWindows(clock)
  let now = config
  const inForce = (): void => {
    for (const part of [registry, recorder, packaging, rtmp, srt, http]) part.applySettings()
    relays.applySettings(now)
    inputs.applySettings()
    endSwitchedOff(declarations, registry, packaging)
  }
  const store = createStore(config.store, { clock, log })
  const declarations = createDeclarations(config, { store, log, onChange: inForce })
  const settings = new LiveSettings(config, windows, name => declarations.declarationOf(name)?.settings)
  const { play: playSettings, publish: publishSettings, readWindowOf: readWindow } = settings
  const { report: onFault, metrics: faultMetrics } = new FaultLog({ clock, log })
  const registry = new StreamRegistry({ clock, settingsOf: settings.ofStream, wireLinger, onFault, ...config.hub })
  const { reports, reportMetrics } = createReports(registry)
  const shared = { registry, clock, log, events, ...reports }
  const { totals, ...observers } = createObservers(config, { store, ...shared })
  const recorder = new Recorder({ dir: config.record.dir, settings: settings.record, ...shared })
  const disks = new DiskSpace({ folders: { 'record.dir': config.record.dir, 'dvr.dir': config.dvr.dir }, clock })
  const formats = new FormatsByChunkSize()
  const relays = createRelays(config, { ...shared, publishSettings, formats, declarations })
  const inputs = createInputs(() => now.relay, { ...shared, ...config.hub, relays, declarations, settings })
  const bucket = createArchive(config.dvr.archive, shared)
  const packaging = new Packaging({ settings, kept: config.dvr, bucket, keySecret: config.hls.keySecret, ...shared })
  const access = createAccess({ config: config.auth, declaredAccess: accessIn(declarations), clock, log, events })
  const authorizer = refusingSwitchedOff(access, declarations)
  const trustedProxies = (): readonly Network[] => now.proxyProtocol.trustedProxies
  const serving = { playSettings, authorizer, trustedProxies, ...shared }
  const rtmp = new RtmpServer({ formats, config: config.rtmp, publishSettings, readWindow, ...serving })
  const srt = new SrtServer({ config: config.srt, publishSettings, attempts: access, ...serving })

  const version = readVersion()
  const apply = (changed: AppConfig): void => {
    now = changed
    useLog?.(changed.log)
    useConfig(changed, { settings, registry, rtmp, http, declarations })
    inForce()
    observers.hookDeclarations.declareFromFile(changed.hooks)
  }
  const checks = checksOf([store, observers.journal, recorder, packaging.dvr, bucket, access, srt])
  const listeners = new Listeners({ checks, clock, log })
  const { ports, certificates } = listeners
  const reload = source && createReload(source, { access, srt, listeners, apply, ...shared })
  const configState = reload ?? neverReloaded
  const server = { version, startedAt: clock.wall(), ports: () => ports, config: configState }
  const features = { store, declarations, events, ...observers, disks, recorder, relays, inputs, packaging }
  const metrics = createMetrics({ ...features, access, certificates, registry, settings, version, clock })
  for (const more of [configMetrics(configState), healthMetrics(checks), faultMetrics, ...reportMetrics])
    metrics.add(more)
  const facts = { registry, recordings: recorder, ...reports, relays, inputs, clock, server }
  const api = createApi({ ...facts, ...observers, declarations, packaging, access, reconnects: rtmp, reload })
  const measured = [metrics.routes, debugVarsRoutes({ ...facts, totals, access, metrics, rtmp, srt })]
  const routes = [api.routes, ...measured.map(figures => guardedRoutes('metrics', access, figures))]
  const offered = { routes, ...packaging.playback, checks, rewriteUrl: api.rewriteUrl }
  const http = new HttpServer({ config: config.http, ...serving, ...offered })
  metrics.add(listenerMetrics({ ...rtmp.listeners, ...http.listeners, srt }))
  return { ...features, access, listeners, certificates, reload, windows, registry, rtmp, srt, http, ports }
}

type Configured = Pick<Parts, 'registry' | 'rtmp' | 'http' | 'declarations'> & { readonly settings: LiveSettings }

/** The parts that look up what holds. */
function useConfig(config: AppConfig, { settings, registry, rtmp, http, declarations }: Configured): void {
  settings.replace(config)
  registry.use(config.hub)
  rtmp.use(config.rtmp)
  http.use(config.http)
  declareFromFile(declarations, config.streams)
}

type Reloading = Pick<Parts, 'access' | 'srt' | 'listeners'> &
  Pick<ConfigReloadOptions, 'clock' | 'log' | 'events'> & { readonly apply: (config: AppConfig) => void }

function createReload(source: ConfigSource, { access, srt, listeners, apply, ...context }: Reloading): ConfigReload {
  const prepare = prepareWith({
    sections: {
      auth: ({ auth }) => prepareAccess(access, { config: auth, ...context }),
      srt: changed => srt.prepare(changed.srt),
    },
    listeners: changed => listeners.prepare(changed),
    apply,
  })
  return new ConfigReload({ source, prepare, ...context })
}

function checksOf(parts: readonly ({ readonly health?: HealthCheck } | undefined)[]): HealthCheck[] {
  return parts.flatMap(part => part?.health ?? [])
}

async function listen(parts: Parts, { config }: AppOptions): Promise<void> {
  const { store, declarations, access, reload, recorder, relays, inputs, packaging, srt } = parts
  await access.open()
  if (config.srt.listen !== undefined) await srt.open()
  const reloadDeclared = async (): Promise<void> => {
    await Promise.all([declarations.reload(), parts.hookDeclarations.documents.reload()])
  }
  await reloadDeclared()
  store.watch(() => void reloadDeclared())
  await openObservers(parts)
  if (recordsSome(config, declarations)) await recorder.open()
  await packaging.open()
  await parts.listeners.open(parts, config)
  parts.disks.open()
  relays.open()
  inputs.open()
  reload?.open()
}

async function drainParts(
  { reload, recorder, relays, inputs, packaging, registry, rtmp, srt, http }: Parts,
  signal: AbortSignal,
): Promise<void> {
  const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
  // No listener is opened any more.
  reload?.close()
  rtmp.stopListening()
  srt.stopListening()
  await Promise.race([rtmp.sendAway(), aborted])
  // First, so that recordings end because the server stops, not because their publishers left.
  const recorded = recorder.close()
  registry.close('shutdown')
  const parts = [packaging, relays, inputs, rtmp, srt]
  const drained = Promise.all([recorded, http.drain(), ...parts.map(part => part.close())])
  await Promise.race([drained, aborted])
}

async function closeParts(parts: Parts): Promise<void> {
  const { store, journal, hooks, feeds, access, certificates, reload, windows } = parts
  const { registry, recorder, relays, inputs, packaging, rtmp, srt, http } = parts
  feeds.close()
  registry.close('shutdown')
  const features = [store, packaging, recorder, relays, inputs, rtmp, srt, http, access]
  await Promise.all(features.map(feature => feature.close()))
  await hooks.close()
  await journal.close()
  reload?.close()
  for (const files of Object.values(certificates)) files?.close()
  parts.disks.close()
  windows.close()
}

function recordsSome({ record, paths }: AppConfig, { declarations }: Declarations): boolean {
  const settings = [...paths.map(({ values }) => values), ...declarations.map(declared => declared.settings)]
  return record.all || settings.some(values => values.record === true)
}

type Measured = Pick<
  Parts,
  | 'store'
  | 'journal'
  | 'hooks'
  | 'feeds'
  | 'disks'
  | 'recorder'
  | 'relays'
  | 'inputs'
  | 'packaging'
  | 'access'
  | 'certificates'
  | 'registry'
> & {
  readonly settings: LiveSettings
  readonly version: string
  readonly clock: Clock
}

/** What the parts tell of themselves that are there before the listeners. */
function createMetrics({ registry, settings, version, clock, ...parts }: Measured): MetricsRegistry {
  const sources = [
    processMetrics({ version, mergeWindow: () => settings.mergeWindow }),
    streamMetrics({ registry, recordings: parts.recorder, clock }),
    deliveryMetrics(registry),
    diskMetrics(parts.disks),
    recorderMetrics(parts.recorder),
    ...parts.packaging.metrics,
    relayMetrics(parts.relays),
    inputMetrics(parts.inputs),
    authMetrics(parts.access),
    certificateMetrics(parts.certificates),
    hookMetrics(parts.hooks, clock),
    journalMetrics(parts.journal, parts.feeds),
    storeMetrics(parts.store),
  ]
  return new MetricsRegistry(sources, nodeMetrics())
}

function urlsOf({ http, https, rtmp, rtmps }: Ports): string[] {
  const urls: string[] = []
  if (rtmp !== null) urls.push(`Publish to  rtmp://localhost${rtmp === 1935 ? '' : `:${rtmp}`}/live/test`)
  else if (rtmps !== null) urls.push(`Publish to  rtmps://localhost:${rtmps}/live/test`)
  if (http !== null) urls.push(`Look at     http://localhost:${http}/`)
  else if (https !== null) urls.push(`Look at     https://localhost:${https}/`)
  return urls
}
