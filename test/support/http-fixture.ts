import assert from 'node:assert/strict'
import { type Network, parseNetwork } from '../../src/config/network.ts'
import type { Authorizer, Verdict } from '../../src/contracts/access.ts'
import type { CertificateSource } from '../../src/contracts/certificates.ts'
import type { ServerEvent } from '../../src/contracts/events.ts'
import type { HealthCheck } from '../../src/contracts/health.ts'
import type { HttpRoutes } from '../../src/contracts/http-routes.ts'
import type { PlaySettings } from '../../src/contracts/path-settings.ts'
import type { PlaybackGate } from '../../src/contracts/playback-gate.ts'
import type { Publication } from '../../src/hub/publication.ts'
import { StreamRegistry } from '../../src/hub/stream-registry.ts'
import type { HttpConfig } from '../../src/servers/http/config.ts'
import { HttpServer } from '../../src/servers/http/http-server.ts'
import { certificateFixture } from './certificate-fixture.ts'
import { KeptLog } from './kept-log.ts'
import { playSettingsOfAll } from './path-settings.ts'
import { RawHttpClient } from './raw-http-client.ts'
import { SocketClock } from './socket-clock.ts'
import { settingsOfAll } from './stream-settings.ts'

const limits = { gopBytes: 64e6, gopTime: 60_000, gopFrames: 5000, lagBytes: 1e6, lagTime: 60_000 }

const everybody: Authorizer = { authorize: (): Promise<Verdict> => Promise.resolve({ isAllowed: true }) }

const loopback = [parseNetwork('127.0.0.0/8')].filter(network => network !== undefined)

const address = { host: '127.0.0.1', port: 0 }

const config: HttpConfig = {
  listen: address,
  tls: {
    listen: address,
    cert: '',
    key: '',
    maxVersion: '1.3',
    proxyProtocol: false,
    handshakeTimeout: 5000,
  },
  proxyProtocol: false,
  corsOrigins: ['*'],
  headersTimeout: 10_000,
  keepAliveTimeout: 10_000,
  idleTimeout: 10_000,
}

export type HttpFixtureOptions = {
  readonly config?: Partial<HttpConfig>
  readonly tls?: Partial<HttpConfig['tls']>
  readonly play?: Partial<PlaySettings>
  readonly consoleDirectory?: string
  readonly routes?: readonly HttpRoutes[]
  readonly rewriteUrl?: (method: string, url: string) => string
  /** Routes that serve streams piece by piece. */
  readonly playbackRoutes?: (fixture: HttpFixture, gate: PlaybackGate) => readonly HttpRoutes[]
  readonly authorizer?: Authorizer
  readonly trustedProxies?: readonly Network[]
}

/** An HTTP server on a free port, and the streams that it serves. */
export class HttpFixture {
  readonly clock = new SocketClock()
  readonly log = new KeptLog()
  readonly events: ServerEvent[] = []
  readonly checks: HealthCheck[] = []
  readonly registry: StreamRegistry
  readonly server: HttpServer
  port = 0
  tlsPort = 0
  readonly #clients: RawHttpClient[] = []

  constructor(options: HttpFixtureOptions = {}) {
    const { clock } = this
    const context = { clock, settingsOf: settingsOfAll({ limits }), wireLinger: 1000 }
    this.registry = new StreamRegistry({ ...context, onConflict: 'reject', resumeTimeout: 5000 })
    this.server = new HttpServer({
      config: { ...config, tls: { ...config.tls, ...options.tls }, ...options.config },
      trustedProxies: () => options.trustedProxies ?? loopback,
      playSettings: playSettingsOfAll(options.play),
      registry: this.registry,
      authorizer: options.authorizer ?? everybody,
      log: this.log,
      clock,
      events: { emit: event => this.events.push(event) },
      routes: options.routes ?? [],
      playbackRoutes: gate => options.playbackRoutes?.(this, gate) ?? [],
      checks: this.checks,
      consoleDirectory: options.consoleDirectory ?? '/nowhere',
    })
  }

  static async listen(options: HttpFixtureOptions = {}): Promise<HttpFixture> {
    const fixture = new HttpFixture(options)
    await fixture.listen()
    return fixture
  }

  async listen(): Promise<void> {
    this.port = (await this.server.listen(address)).port
  }

  /** The same over TLS, with a certificate for `localhost`. */
  async listenTls(): Promise<void> {
    const source: CertificateSource = { current: certificateFixture('server'), onChange: () => undefined }
    this.tlsPort = (await this.server.listenTls(address, source)).port
  }

  /** The configuration has changed. */
  use(changed: Partial<HttpConfig>): void {
    this.server.use({ ...config, ...changed })
  }

  publish(name: string): Publication {
    const info = { id: 'test-1', protocol: 'test', peer: 'here', since: this.clock.wall() }
    const result = this.registry.publish(name, { info, onEnd: () => undefined })
    assert(result.ok)
    return result.publication
  }

  /** Send `text` as it is over a new connection. */
  async send(text: string): Promise<RawHttpClient> {
    const client = await RawHttpClient.connect(this.port)
    this.#clients.push(client)
    client.send(text)
    return client
  }

  get(target: string, ...fields: string[]): Promise<RawHttpClient> {
    return this.send([`GET ${target} HTTP/1.1`, 'Host: localhost', ...fields, '', ''].join('\r\n'))
  }

  /** Let time and the event loop run until `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      this.clock.advance(1)
      await new Promise(setImmediate)
    }
  }

  eventsOf(type: ServerEvent['type']): ServerEvent[] {
    return this.events.filter(event => event.type === type)
  }

  /** Why viewers ended, in order. */
  get endings(): string[] {
    return this.events.flatMap(event => (event.type === 'play.stopped' ? [event.reason] : []))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy()
    await this.server.close()
    this.registry.close('shutdown')
  }
}
