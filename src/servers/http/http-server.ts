import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { ListenAddress } from '../../config/listen-address.ts'
import type { Network } from '../../config/network.ts'
import type { Authorizer } from '../../contracts/access.ts'
import type { CertificateSource } from '../../contracts/certificates.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { EventSink } from '../../contracts/events.ts'
import type { HealthCheck } from '../../contracts/health.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { Log } from '../../contracts/log.ts'
import type { PlaySettings, SettingsSource } from '../../contracts/path-settings.ts'
import type { PlaybackGate } from '../../contracts/playback-gate.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Rewinder } from '../../hub/rewinder.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { OpenPort } from '../../listeners/open-port.ts'
import { type ProxyRule, SocketListener } from '../../listeners/socket-listener.ts'
import { AnswerHeaders } from './answer-headers.ts'
import { isSecure } from './carrier.ts'
import type { HttpConfig } from './config.ts'
import { consoleRoutes } from './console-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { createHttpApp, type UrlRewriting } from './http-app.ts'
import { HttpPlaybackGate } from './http-playback-gate.ts'
import { createHttp1Server } from './http1-server.ts'
import { createHttp2Server, sessionFault } from './http2-server.ts'
import { playRoutes } from './play-routes.ts'
import { Viewers } from './viewers.ts'

export type HttpServerOptions = {
  readonly config: HttpConfig
  /** Whose PROXY headers are believed. */
  readonly trustedProxies: () => readonly Network[]
  readonly playSettings: SettingsSource<PlaySettings>
  readonly registry: StreamRegistry
  readonly authorizer: Authorizer
  readonly log: Log
  readonly clock: Clock
  readonly events: EventSink
  /** Routes of other features: the API, metrics. */
  readonly routes: readonly HttpRoutes[]
  /** Routes may want URLs in another form than people do. */
  readonly rewriteUrl?: UrlRewriting
  /** Routes of features that serve streams piece by piece. */
  readonly playbackRoutes?: (gate: PlaybackGate) => readonly HttpRoutes[]
  /** Plays what is kept of streams. */
  readonly rewinder?: Rewinder
  /** What must hold before the server is ready. */
  readonly checks?: readonly HealthCheck[]
  /** Where the built console lies. */
  readonly consoleDirectory?: string
}

type HttpProtocol = 'http' | 'https'

const packageRoot = join(import.meta.dirname, '../../..')

/** Listens for HTTP, over TCP and over TLS: playback, console, health, and the routes that features bring along. */
export class HttpServer {
  readonly listeners: Readonly<Record<HttpProtocol, SocketListener>>
  readonly #options: HttpServerOptions
  readonly #viewers: Viewers
  readonly #answerHeaders: AnswerHeaders
  #app: Promise<FastifyInstance> | undefined

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#viewers = new Viewers(options)
    const { clock, log, config } = options
    this.#answerHeaders = new AnswerHeaders(config.corsOrigins)
    this.listeners = {
      http: new SocketListener({ protocol: 'http', clock, log }),
      https: new SocketListener({ protocol: 'https', clock, log }),
    }
  }

  /**
   * Start to listen, beside the ports that are open.
   *
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  async listen(address: ListenAddress, config = this.#options.config): Promise<OpenPort> {
    const app = await this.open()
    const proxies = this.#proxies(config.proxyProtocol, config.headersTimeout)
    return this.listeners.http.listen(address, proxies, createHttp1Server(app, config))
  }

  /** The same for HTTPS: the same routes over HTTP/2, and over HTTP/1.1 for those who do not know it. */
  async listenTls(
    address: ListenAddress,
    certificate: CertificateSource,
    config = this.#options.config,
  ): Promise<OpenPort> {
    const app = await this.open()
    const { maxVersion, handshakeTimeout, proxyProtocol } = config.tls
    const proxies = this.#proxies(proxyProtocol, handshakeTimeout)
    return this.listeners.https.listenTls(address, { certificate, maxVersion, handshakeTimeout, proxies }, tls =>
      createHttp2Server(app, tls, { ...config, onSession: session => this.#watch(session) }),
    )
  }

  /** Assemble the application without listening. */
  open(): Promise<FastifyInstance> {
    this.#app ??= this.#createApp()
    return this.#app
  }

  #createApp(): Promise<FastifyInstance> {
    const {
      playSettings,
      log,
      registry,
      trustedProxies,
      authorizer,
      rewinder,
      routes,
      checks = [],
      consoleDirectory,
    } = this.#options
    const viewers = this.#viewers
    const gate = new HttpPlaybackGate({ playSettings, registry, authorizer, viewers })
    return createHttpApp({
      answerHeaders: this.#answerHeaders,
      log,
      viewers,
      trustedProxies,
      rewriteUrl: this.#options.rewriteUrl,
      peerOf: socket => this.#listenerOf(socket).peerOf(socket),
      onClientFault: (fault, socket) => this.#listenerOf(socket).counters.faults[fault]++,
      routes: [
        healthRoutes(checks, () => viewers.draining.aborted),
        playRoutes({ playSettings, registry, authorizer, viewers, rewinder }),
        ...(this.#options.playbackRoutes?.(gate) ?? []),
        ...routes,
        consoleRoutes(consoleDirectory ?? join(packageRoot, 'console/dist')),
      ],
    })
  }

  /** What the configuration says of requests, from now on. */
  use({ corsOrigins }: HttpConfig): void {
    this.#answerHeaders.use(corsOrigins)
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
    const app = await this.#app
    await Promise.all([...Object.values(this.listeners).map(listener => listener.close()), app?.close()])
  }

  #proxies(areDemanded: boolean, timeout: Milliseconds): ProxyRule {
    return areDemanded ? { trusted: this.#options.trustedProxies, timeout } : undefined
  }

  /** The name of its peer is known only while the session lives. */
  #watch({ socket }: ServerHttp2Session): (error: NodeJS.ErrnoException) => void {
    const { counters } = this.listeners.https
    const peer = this.listeners.https.peerOf(socket)
    return error => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return
      counters.faults[sessionFault(error)]++
      this.#options.log.info('HTTP_PROTOCOL_ERROR', `Cannot read requests: ${error.message}`, { peer })
    }
  }

  #listenerOf(socket: Socket): SocketListener {
    return this.listeners[isSecure(socket) ? 'https' : 'http']
  }
}
