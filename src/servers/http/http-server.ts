import type { Server } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Network } from '../../config/network.ts'
import type { Authorizer } from '../../contracts/access.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { EventSink } from '../../contracts/events.ts'
import type { HealthCheck } from '../../contracts/health.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { Log } from '../../contracts/log.ts'
import type { PlaySettings, SettingsSource } from '../../contracts/path-settings.ts'
import type { PlaybackGate } from '../../contracts/playback-gate.ts'
import type { ProtocolError, ProtocolFault } from '../../core/errors.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import { ProxyDoor } from '../../listeners/proxy-door.ts'
import { remoteName } from '../../listeners/socket-name.ts'
import type { HttpConfig } from './config.ts'
import { consoleRoutes } from './console-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { createHttpApp } from './http-app.ts'
import { HttpPlaybackGate } from './http-playback-gate.ts'
import { playRoutes } from './play-routes.ts'
import { Viewers } from './viewers.ts'

export type HttpServerOptions = {
  readonly config: HttpConfig
  /** Whose PROXY headers are believed. */
  readonly trustedProxies: readonly Network[]
  readonly playSettings: SettingsSource<PlaySettings>
  readonly registry: StreamRegistry
  readonly authorizer: Authorizer
  readonly log: Log
  readonly clock: Clock
  readonly events: EventSink
  /** Routes of other features: the API, metrics. */
  readonly routes: readonly HttpRoutes[]
  /** Routes of features that serve streams piece by piece. */
  readonly playbackRoutes?: (gate: PlaybackGate) => readonly HttpRoutes[]
  /** What must hold before the server is ready. */
  readonly checks?: readonly HealthCheck[]
  /** Where the built console lies. */
  readonly consoleDirectory?: string
}

/** Totals since the start, for metrics. */
export type HttpCounters = {
  connections: number
  readonly faults: Record<ProtocolFault, number>
}

const packageRoot = join(import.meta.dirname, '../../..')

/** The one HTTP listener: playback, console, health, and the routes that features bring along. */
export class HttpServer {
  readonly counters: HttpCounters = {
    connections: 0,
    faults: { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 },
  }
  readonly #options: HttpServerOptions
  readonly #viewers: Viewers
  #app: FastifyInstance | undefined
  #connectionCount = 0
  #door: ProxyDoor | undefined

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#viewers = new Viewers(options)
  }

  get connectionCount(): number {
    return this.#connectionCount
  }

  /**
   * Start to listen and return the bound address.
   *
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  async listen(): Promise<{ host: string; port: number }> {
    const { listen } = this.#options.config
    if (listen === undefined) throw new RangeError('Cannot listen for HTTP: http.listen is off')
    const app = await this.open()
    app.server.on('connection', socket => {
      this.counters.connections++
      this.#connectionCount++
      socket.once('close', () => this.#connectionCount--)
    })
    this.#door = this.#openDoor(app.server)
    await bind(app, listen.host, listen.port)
    const address = app.server.address()
    if (address === null || typeof address === 'string') throw new RangeError('Cannot listen for HTTP: no address')
    return { host: address.address, port: address.port }
  }

  /** In front of everything else that listens for connections. */
  #openDoor(server: Server): ProxyDoor | undefined {
    const { config, trustedProxies, clock, log } = this.#options
    if (!config.proxyProtocol) return undefined
    const onFault = ({ fault, message }: ProtocolError, peer: string): void => {
      this.counters.faults[fault]++
      log.warn('PROXY_HEADER_REFUSED', message, { protocol: 'http', peer })
    }
    const door = new ProxyDoor({ trusted: trustedProxies, timeout: config.headersTimeout, clock, onFault })
    door.guard(server)
    return door
  }

  /** Assemble the application without listening. */
  async open(): Promise<FastifyInstance> {
    const { config, playSettings, log, registry, authorizer, routes, checks = [], consoleDirectory } = this.#options
    const viewers = this.#viewers
    const gate = new HttpPlaybackGate({ playSettings, registry, authorizer, viewers })
    this.#app = await createHttpApp({
      config,
      log,
      viewers,
      peerOf: socket => this.#door?.peerOf(socket) ?? remoteName(socket),
      onClientFault: fault => this.counters.faults[fault]++,
      routes: [
        healthRoutes(checks, () => viewers.draining.aborted),
        playRoutes({ playSettings, registry, authorizer, viewers }),
        ...(this.#options.playbackRoutes?.(gate) ?? []),
        ...routes,
        consoleRoutes(consoleDirectory ?? join(packageRoot, 'console/dist')),
      ],
    })
    return this.#app
  }

  /** The configuration has changed. */
  applySettings(): void {
    this.#viewers.applySettings()
  }

  /** Refuse new viewers, say goodbye to those who watch, and wait until they are gone. Idempotent. */
  drain(): Promise<void> {
    return this.#viewers.drain()
  }

  /** Drain, and stop listening. Idempotent. */
  async close(): Promise<void> {
    await this.drain()
    this.#door?.close()
    await this.#app?.close()
  }
}

/** Without a host: every address of the machine, IPv6 too where there is IPv6. */
async function bind(app: FastifyInstance, host: string | undefined, port: number): Promise<void> {
  try {
    await app.listen({ host: host ?? '::', port, backlog: 1024 })
  } catch (error) {
    if (host !== undefined || !isWithoutIpv6(error)) throw error
    await app.listen({ host: '0.0.0.0', port, backlog: 1024 })
  }
}

function isWithoutIpv6(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL')
}
