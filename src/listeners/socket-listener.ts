import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions, type Server as TlsServer } from 'node:tls'
import type { ListenAddress } from '../config/listen-address.ts'
import type { Network } from '../config/network.ts'
import type { CertificateSource } from '../contracts/certificates.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { ProtocolError, ProtocolFault } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { OpenPort } from './open-port.ts'
import { ProxyDoor } from './proxy-door.ts'
import { connectionName, remoteName } from './socket-name.ts'
import { SocketPort } from './socket-port.ts'
import type { TlsVersion } from './tls-config.ts'
import { handshakeFault, tlsOptions } from './tls-options.ts'

export type SocketListenerOptions = {
  /** What is spoken, for the log: `rtmp`, `rtmps`. */
  readonly protocol: string
  readonly clock: Clock
  readonly log: Log
  /** How much a socket that rests reads ahead, without TLS. */
  readonly readAhead?: Bytes
  /** A connection is there, its TLS handshake done; `peer` is the client, also where a proxy stands between. */
  readonly onSocket?: (socket: Socket, peer: string) => void
}

/** Whose PROXY headers are believed, and how long they may take; `undefined` where there are none. */
export type ProxyRule = { readonly trusted: () => readonly Network[]; readonly timeout: Milliseconds } | undefined

export type TlsListenerOptions = {
  readonly certificate: CertificateSource
  readonly maxVersion: TlsVersion
  readonly handshakeTimeout: Milliseconds
  readonly proxies?: ProxyRule
}

/** How long a connection may take to end by itself when the listener closes. */
const farewellMs: Milliseconds = 1000

/** Totals since the start, for metrics. */
export type ListenerCounters = { connections: number; readonly faults: Record<ProtocolFault, number> }

/** Listens for one protocol: plain or with TLS, open to everybody or to proxies with their headers. */
export class SocketListener {
  readonly counters: ListenerCounters = {
    connections: 0,
    faults: { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 },
  }
  readonly #options: SocketListenerOptions
  readonly #open = new Set<Socket>()
  /** The clients for whom proxies speak, by the connection's name. */
  readonly #clients = new Map<string, string>()
  /** Those that have stopped are among them while they have connections. */
  readonly #ports = new Set<SocketPort>()

  constructor(options: SocketListenerOptions) {
    this.#options = options
  }

  /** Connections that are open. */
  get connectionCount(): number {
    return this.#open.size
  }

  /**
   * Start to listen at a port, beside those that are open, without TLS.
   *
   * @param server One that speaks its protocol itself, if there is one; it listens from now on.
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  listen(
    address: ListenAddress,
    proxies?: ProxyRule,
    server = createServer({ highWaterMark: this.#options.readAhead }),
  ): Promise<OpenPort> {
    server.on('connection', socket => this.#accept(socket, port))
    const port = this.#createPort(server, proxies)
    return this.#bind(port, address)
  }

  /** The same with TLS. A newer certificate of the source is for connections that begin from then on. */
  listenTls(
    address: ListenAddress,
    { certificate, maxVersion, handshakeTimeout, proxies }: TlsListenerOptions,
    create: (options: TlsOptions) => TlsServer = createTlsServer,
  ): Promise<OpenPort> {
    const server = create({ ...tlsOptions(certificate.current, maxVersion), handshakeTimeout })
    certificate.onChange(newer => server.setSecureContext(tlsOptions(newer, maxVersion)))
    server.on('connection', (socket: Socket) => port.awaitHandshake(socket))
    server.on('secureConnection', socket => this.#accept(socket, port))
    server.on('tlsClientError', (error, socket) => this.#onHandshakeFailed(error, socket, port))
    const port = this.#createPort(server, proxies)
    return this.#bind(port, address)
  }

  /** Accept nobody any more. Connections live on, but for those that are not complete yet. Idempotent. */
  stop(): void {
    for (const port of this.#ports) port.stop()
  }

  /** Stop, and wait until all connections have ended; those that take long are cut. Idempotent. */
  async close(): Promise<void> {
    for (const port of this.#ports) port.close()
    const timer = this.#options.clock.after(farewellMs, () => {
      for (const socket of this.#open) socket.destroy()
    })
    await Promise.all([...this.#open].map(socket => new Promise(resolve => socket.once('close', resolve))))
    timer.cancel()
  }

  /** Who is at the far end of a connection, also where a proxy stands between. */
  peerOf(socket: Socket): string {
    return this.#clients.get(connectionName(socket)) ?? remoteName(socket)
  }

  /** In front of everybody who listens for the server's connections. */
  #createPort(server: Server, proxies: ProxyRule): SocketPort {
    const shared = { clock: this.#options.clock, clients: this.#clients }
    const onFault = ({ fault, message }: ProtocolError, peer: string): void =>
      this.#refuse('PROXY_HEADER_REFUSED', fault, message, peer)
    return new SocketPort(server, proxies && new ProxyDoor({ ...proxies, ...shared, onFault }))
  }

  async #bind(port: SocketPort, address: ListenAddress): Promise<OpenPort> {
    const { log, protocol } = this.#options
    await port.bind(address, error => log.error('ACCEPT_FAILED', error.message, { protocol }))
    this.#ports.add(port)
    port.onDone(() => this.#ports.delete(port))
    return port
  }

  #onHandshakeFailed(error: Error, socket: Socket, port: SocketPort): void {
    const failure = handshakeFault(error)
    const peer = this.peerOf(socket)
    socket.destroy()
    if (failure === undefined || port.isStopped) return
    this.#refuse('TLS_HANDSHAKE_FAILED', failure.fault, `Connection closed: TLS handshake: ${failure.reason}`, peer)
  }

  #accept(socket: Socket, port: SocketPort): void {
    port.handshakeDone(socket)
    if (port.isStopped) return void socket.destroy()
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
