import type { Socket } from 'node:net'
import type { ListenAddress } from '../../config/listen-address.ts'
import type { CertificateSource } from '../../contracts/certificates.ts'
import type { Timer } from '../../contracts/clock.ts'
import type { ReconnectOrder, ReconnectResult, Reconnects } from '../../contracts/reconnects.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { OpenPort } from '../../listeners/open-port.ts'
import { type ProxyRule, SocketListener } from '../../listeners/socket-listener.ts'
import type { RtmpConfig } from './config.ts'
import { MergedReads } from './merged-reads.ts'
import { RtmpConnection } from './rtmp-connection.ts'
import type { RtmpServerOptions } from './rtmp-context.ts'

/** How often every connection looks at its deadlines. */
const sweepMs = 1000

/** A socket that rests reads this much ahead; with Node's usual 64 KiB it would hardly rest at all. */
const pausedReadSize: Bytes = 1

/** Time for peers that are sent away to reach their next key frame; most encoders have one each 2 s. */
const leaveTime: Milliseconds = 2000

type RtmpProtocol = 'rtmp' | 'rtmps'

/** Listens for RTMP publishers and players, over TCP and over TLS. */
export class RtmpServer implements Reconnects {
  readonly listeners: Readonly<Record<RtmpProtocol, SocketListener>>
  #options: RtmpServerOptions
  readonly #connections = new Set<RtmpConnection>()
  readonly #mergedReads: MergedReads
  #sweepTimer: Timer | undefined

  constructor(options: RtmpServerOptions) {
    this.#options = options
    this.#mergedReads = new MergedReads(options.clock)
    this.listeners = { rtmp: this.#createListener('rtmp'), rtmps: this.#createListener('rtmps') }
    this.#sweep()
  }

  /**
   * Start to listen, beside the ports that are open.
   *
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  listen(address: ListenAddress, config = this.#options.config): Promise<OpenPort> {
    const { proxyProtocol, handshakeTimeout } = config
    return this.listeners.rtmp.listen(address, this.#proxies(proxyProtocol, handshakeTimeout))
  }

  /** The same for RTMPS. */
  listenTls(address: ListenAddress, certificate: CertificateSource, { tls } = this.#options.config): Promise<OpenPort> {
    const { maxVersion, handshakeTimeout, proxyProtocol } = tls
    const proxies = this.#proxies(proxyProtocol, handshakeTimeout)
    return this.listeners.rtmps.listenTls(address, { certificate, maxVersion, handshakeTimeout, proxies })
  }

  /** What connections are held to that begin from now on. */
  use(config: RtmpConfig): void {
    this.#options = { ...this.#options, config }
  }

  /** The configuration has changed. Chunk size and the like are for connections that begin from now on. */
  applySettings(): void {
    for (const connection of this.#connections) connection.applySettings()
  }

  /** Accept nobody any more. Connections live on. */
  stopListening(): void {
    for (const listener of Object.values(this.listeners)) listener.stop()
  }

  /** Ask one peer or all to reconnect, where they can. */
  request({ url, connection: id }: ReconnectOrder): ReconnectResult {
    const wanted = [...this.#connections].filter(connection => id === undefined || connection.id === id)
    if (id !== undefined && wanted.length === 0) return { ok: false, reason: 'no-connection' }
    const asked = wanted.filter(connection => connection.requestReconnect(url))
    if (id !== undefined && asked.length === 0) return { ok: false, reason: 'not-capable' }
    return { ok: true, connections: asked.map(connection => connection.id) }
  }

  /** Send the peers that can reconnect to another server, if one is configured, and give them time to go. */
  async sendAway(): Promise<void> {
    const { config, clock } = this.#options
    if (config.reconnectUrl === undefined) return
    const leaving = [...this.#connections].filter(connection => connection.requestReconnect(config.reconnectUrl))
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = clock.after(leaveTime, resolve)
    await Promise.race([promise, Promise.all(leaving.map(connection => connection.closed))])
    timer.cancel()
  }

  /** End every connection and wait until all of them are gone. Idempotent. */
  async close(): Promise<void> {
    this.stopListening()
    this.#mergedReads.close()
    await Promise.all([...this.#connections].map(connection => connection.close()))
    this.#sweepTimer?.cancel()
  }

  #createListener(protocol: RtmpProtocol): SocketListener {
    const { clock, log } = this.#options
    const onSocket = (socket: Socket, peer: string): void => this.#accept(socket, peer, protocol)
    return new SocketListener({ protocol, log, clock, readAhead: pausedReadSize, onSocket })
  }

  #proxies(areDemanded: boolean, timeout: Milliseconds): ProxyRule {
    return areDemanded ? { trusted: this.#options.trustedProxies, timeout } : undefined
  }

  #accept(socket: Socket, peer: string, protocol: RtmpProtocol): void {
    const { counters } = this.listeners[protocol]
    const info = { id: `${protocol}-${counters.connections}`, protocol, peer, since: this.#options.clock.wall() }
    const connection = new RtmpConnection(socket, info, {
      ...this.#options,
      mergedReads: this.#mergedReads,
      counters,
      onClosed: () => this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }

  #sweep(): void {
    const now = this.#options.clock.now()
    for (const connection of this.#connections) connection.checkDeadlines(now)
    this.#sweepTimer = this.#options.clock.after(sweepMs, () => this.#sweep())
  }
}
