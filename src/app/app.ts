import { createAccess, prepareAccess } from '../auth/create-access.ts'
import { readVersion } from '../cli/version.ts'
import type { Network } from '../config/network.ts'
import type { Clock } from '../contracts/clock.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { Log } from '../contracts/log.ts'
import type { Milliseconds } from '../core/units.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import { listenerMetrics } from '../metrics/listener-metrics.ts'
import { FormatsByChunkSize } from '../protocols/rtmp/formats-by-chunk-size.ts'
import { DiskSpace } from '../recorder/disk-space.ts'
import { Recorder } from '../recorder/recorder.ts'
import { HttpServer } from '../servers/http/http-server.ts'
import { RtmpServer } from '../servers/rtmp/rtmp-server.ts'
import { SrtServer } from '../servers/srt/srt-server.ts'
import { createStore } from '../store/create-store.ts'
import { AdaptiveWindows } from './adaptive-windows.ts'
import type { AppConfig } from './config.ts'
import { ConfigReload, type ConfigReloadOptions, type ConfigSource, neverReloaded } from './config-reload.ts'
import { createReports } from './connection-reports.ts'
import { accessIn, createDeclarations, declareFromFile, endSwitchedOff, refusingSwitchedOff } from './declarations.ts'
import { createArchive } from './dvr-archive.ts'
import { EventBus } from './event-bus.ts'
import { FaultLog } from './fault-log.ts'
import { createInputs } from './inputs.ts'
import { closeParts, drainParts, openParts } from './life-cycle.ts'
import { Listeners, type Ports } from './listeners.ts'
import { LiveSettings } from './live-settings.ts'
import type { LogConfig } from './log-config.ts'
import { createObservers } from './observers.ts'
import { operatorRoutes } from './operator-routes.ts'
import { Packaging } from './packaging.ts'
import type { Parts } from './parts.ts'
import { prepareWith } from './prepare-config.ts'
import { createRelays } from './relays.ts'
import { createMetrics } from './server-metrics.ts'

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
    await openParts(parts, options.config)
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
  const shared = { registry, clock, log, events, onInternalFault: onFault, ...reports }
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
  const told = { config: configState, checks, reported: [faultMetrics, ...reportMetrics] }
  const metrics = createMetrics({ ...features, access, certificates, registry, settings, version, clock, ...told })
  const facts = { registry, recordings: recorder, ...reports, relays, inputs, clock, server }
  const operated = { ...facts, ...observers, totals, declarations, packaging, access, metrics, rtmp, srt, reload }
  const offered = { ...operatorRoutes(operated), ...packaging.playback, checks }
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

function urlsOf({ http, https, rtmp, rtmps }: Ports): string[] {
  const urls: string[] = []
  if (rtmp !== null) urls.push(`Publish to  rtmp://localhost${rtmp === 1935 ? '' : `:${rtmp}`}/live/test`)
  else if (rtmps !== null) urls.push(`Publish to  rtmps://localhost:${rtmps}/live/test`)
  if (http !== null) urls.push(`Look at     http://localhost:${http}/`)
  else if (https !== null) urls.push(`Look at     https://localhost:${https}/`)
  return urls
}
