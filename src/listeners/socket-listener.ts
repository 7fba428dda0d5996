import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions, type Server as TlsServer } from 'node:tls'
import type { ListenAddress } from '../config/listen-address.ts'
import type { Network } from '../config/network.ts'
import type { CertificateSource } from '../contracts/certificates.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { ProtocolFault } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { ProxyDoor } from './proxy-door.ts'
import { connectionName, remoteName } from './socket-name.ts'
import type { TlsVersion } from './tls-config.ts'
import { handshakeFault, tlsOptions } from './tls-options.ts'

export type SocketListenerOptions = {
  /** What is spoken, for the log: `rtmp`, `rtmps`. */
  readonly protocol: string
  readonly clock: Clock
  readonly log: Log
  /** Whose PROXY headers are believed, and how long they may take; `undefined` where there are none. */
  readonly proxies: { readonly trusted: readonly Network[]; readonly timeout: Milliseconds } | undefined
  /** How much a socket that rests reads ahead, without TLS. */
  readonly readAhead?: Bytes
  /** A connection is there, its TLS handshake done; `peer` is the client, also where a proxy stands between. */
  readonly onSocket?: (socket: Socket, peer: string) => void
}

export type TlsListenerOptions = {
  readonly certificate: CertificateSource
  readonly maxVersion: TlsVersion
  readonly handshakeTimeout: Milliseconds
}

/** How long a connection may take to end by itself when the listener closes. */
const farewellMs: Milliseconds = 1000

/** Totals since the start, for metrics. */
export type ListenerCounters = { connections: number; readonly faults: Record<ProtocolFault, number> }

/** One TCP port: plain or with TLS, open to everybody or to proxies with their headers. */
export class SocketListener {
  readonly counters: ListenerCounters = {
    connections: 0,
    faults: { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 },
  }
  readonly #options: SocketListenerOptions
  /** Connections whose TLS handshake is not done yet, by the connection's name. */
  readonly #handshaking = new Map<string, Socket>()
  readonly #open = new Set<Socket>()
  #server: Server | undefined
  #door: ProxyDoor | undefined
  #isStopped = false

  constructor(options: SocketListenerOptions) {
    this.#options = options
  }

  /** Connections that are open. */
  get connectionCount(): number {
    return this.#open.size
  }

  /**
   * Start to listen, without TLS, and return the bound address.
   *
   * @param server One that speaks its protocol itself, if there is one; it listens from now on.
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  listen(
    address: ListenAddress,
    server = createServer({ highWaterMark: this.#options.readAhead }),
  ): Promise<AddressInfo> {
    server.on('connection', socket => this.#accept(socket))
    return this.#bind(server, address)
  }

  /** The same with TLS. A newer certificate of the source is for connections that begin from then on. */
  listenTls(
    address: ListenAddress,
    { certificate, maxVersion, handshakeTimeout }: TlsListenerOptions,
    create: (options: TlsOptions) => TlsServer = createTlsServer,
  ): Promise<AddressInfo> {
    const server = create({ ...tlsOptions(certificate.current, maxVersion), handshakeTimeout })
    certificate.onChange(newer => server.setSecureContext(tlsOptions(newer, maxVersion)))
    server.on('connection', (socket: Socket) => this.#awaitHandshake(socket))
    server.on('secureConnection', socket => this.#accept(socket))
    server.on('tlsClientError', (error, socket) => this.#onHandshakeFailed(error, socket))
    return this.#bind(server, address)
  }

  /** Accept nobody any more. Connections live on, but for those that are not complete yet. Idempotent. */
  stop(): void {
    this.#isStopped = true
    this.#server?.close()
    this.#door?.close()
    for (const socket of this.#handshaking.values()) socket.destroy()
  }

  /** Stop, and wait until all connections have ended; those that take long are cut. Idempotent. */
  async close(): Promise<void> {
    this.stop()
    const timer = this.#options.clock.after(farewellMs, () => {
      for (const socket of this.#open) socket.destroy()
    })
    await Promise.all([...this.#open].map(socket => new Promise(resolve => socket.once('close', resolve))))
    timer.cancel()
  }

  /** Who is at the far end of a connection, also where a proxy stands between. */
  peerOf(socket: Socket): string {
    return this.#door?.peerOf(socket) ?? remoteName(socket)
  }

  async #bind(server: Server, address: ListenAddress): Promise<AddressInfo> {
    this.#server = server
    this.#door = this.#openDoor(server)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen({ ...address, backlog: 1024 }, resolve)
    await promise
    server.off('error', reject)
    const { log, protocol } = this.#options
    server.on('error', error => log.error('ACCEPT_FAILED', error.message, { protocol }))
    return server.address() as AddressInfo
  }

  /** In front of everybody who listens for the server's connections. */
  #openDoor(server: Server): ProxyDoor | undefined {
    const { proxies, clock } = this.#options
    if (proxies === undefined) return undefined
    const door = new ProxyDoor({
      ...proxies,
      clock,
      onFault: ({ fault, message }, peer) => this.#refuse('PROXY_HEADER_REFUSED', fault, message, peer),
    })
    door.guard(server)
    return door
  }

  #awaitHandshake(socket: Socket): void {
    const name = connectionName(socket)
    this.#handshaking.set(name, socket)
    socket.once('close', () => {
      if (this.#handshaking.get(name) === socket) this.#handshaking.delete(name)
    })
  }

  #onHandshakeFailed(error: Error, socket: Socket): void {
    const failure = handshakeFault(error)
    const peer = this.peerOf(socket)
    socket.destroy()
    if (failure === undefined || this.#isStopped) return
    this.#refuse('TLS_HANDSHAKE_FAILED', failure.fault, `Connection closed: TLS handshake: ${failure.reason}`, peer)
  }

  #accept(socket: Socket): void {
    this.#handshaking.delete(connectionName(socket))
    if (this.#isStopped) return void socket.destroy()
    this.counters.connections++
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    this.#options.onSocket?.(socket, this.peerOf(socket))
  }

  #refuse(code: string, fault: ProtocolFault, message: string, peer: string): void {
    const { log, protocol } = this.#options
    this.counters.faults[fault]++
    log.warn(code, message, { protocol, peer })
  }
}
