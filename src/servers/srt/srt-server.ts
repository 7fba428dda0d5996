import { createSecretKey, randomBytes, randomInt } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { UdpEndpoint } from '../../clients/udp-endpoint.ts'
import type { ListenAddress } from '../../config/listen-address.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Microseconds, Milliseconds } from '../../core/units.ts'
import { type Call, refuseCall } from '../../protocols/srt/call.ts'
import { Cookies } from '../../protocols/srt/cookie.ts'
import { SrtListener } from '../../protocols/srt/listener.ts'
import { destinationOf, headerSize } from '../../protocols/srt/packet.ts'
import { SessionTicker } from '../../protocols/srt/session-ticker.ts'
import { SrtConnection } from './srt-connection.ts'
import { microseconds, type SrtCounters, type SrtServerOptions } from './srt-context.ts'

/** How often every connection looks at its deadlines. */
const sweepMs: Milliseconds = 1000
/** Connections at one time; further callers are told so. */
const maxConnections = 10_000

/** Listens for SRT publishers and players: many sessions on one port. */
export class SrtServer {
  readonly counters: SrtCounters = {
    connections: 0,
    faults: { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 },
  }
  readonly #options: SrtServerOptions
  readonly #listener: SrtListener
  readonly #connections = new Map<number, SrtConnection>()
  /** The same by who has called, so that a caller that asks again is the same one. */
  readonly #calls = new Map<string, SrtConnection>()
  #endpoint: UdpEndpoint | undefined
  #isListening = false
  readonly #ticker: SessionTicker
  #nextSweep: Milliseconds = 0

  constructor(options: SrtServerOptions) {
    this.#options = options
    this.#ticker = new SessionTicker(options.clock)
    const { passphrase, keyLength } = options.config
    const cookies = new Cookies(createSecretKey(randomBytes(32)))
    this.#listener = new SrtListener({ cookies, keyLength: passphrase === '' ? 0 : keyLength })
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /**
   * Start to listen and return the bound address.
   *
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  async listen(address: ListenAddress): Promise<AddressInfo> {
    this.#endpoint = await UdpEndpoint.bind(address, {
      onPacket: (packet, from) => this.#receive(packet, from),
      onError: error => this.#options.log.error('SRT_SOCKET_ERROR', error.message),
    })
    this.#isListening = true
    return this.#endpoint.address
  }

  /** The configuration has changed. */
  applySettings(): void {
    for (const connection of this.#connections.values()) connection.applySettings()
  }

  /** Accept nobody any more. Connections live on. */
  stopListening(): void {
    this.#isListening = false
  }

  /** End every connection and wait until all of them are gone. Idempotent. */
  async close(): Promise<void> {
    this.stopListening()
    await Promise.all([...this.#connections.values()].map(connection => connection.close()))
    this.#ticker.delete(this)
    await this.#endpoint?.close()
  }

  /** Called by the ticker while there are connections. */
  tick(now: Microseconds): void {
    for (const connection of this.#connections.values()) connection.tick(now)
    const nowMs = now / 1000
    if (nowMs >= this.#nextSweep) this.#sweep(nowMs)
  }

  #receive(packet: Uint8Array, from: RemoteInfo): void {
    const now = microseconds(this.#options.clock)
    try {
      const destination = packet.length < headerSize ? 0 : destinationOf(packet)
      if (destination === 0) return this.#answer(packet, from, now)
      const connection = this.#connections.get(destination)
      if (connection?.peer.port === from.port && connection.peer.address === from.address) {
        connection.receive(packet, now)
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.counters.faults[error.fault]++
    }
  }

  #answer(packet: Uint8Array, { address, port }: RemoteInfo, now: Microseconds): void {
    if (!this.#isListening) return
    const answer = this.#listener.receive(packet, { address, port }, now)
    if (answer === undefined) return
    if (answer.type === 'call') return this.#take(answer.call)
    this.#endpoint?.send(answer.packet, port, address)
    if (answer.type === 'refusal') {
      const peer = `${address}:${port}`
      this.#options.log.info('SRT_REFUSED', `Caller refused: ${answer.reason}`, { peer })
    }
  }

  #take(call: Call): void {
    const { address, port } = call.peer
    const key = `${call.handshake.socketId} ${port} ${address}`
    const known = this.#calls.get(key)
    if (known !== undefined) return known.answerAgain()
    if (this.#connections.size >= maxConnections) {
      this.#endpoint?.send(refuseCall(call, 'SRT_REJ_BACKLOG'), port, address)
      return
    }
    const socketId = this.#freeSocketId()
    this.counters.connections++
    const connection = new SrtConnection(call, {
      ...this.#options,
      id: `srt-${this.counters.connections}`,
      socketId,
      transmit: packet => this.#endpoint?.send(packet, port, address),
      onFault: fault => this.counters.faults[fault]++,
      onClosed: () => {
        this.#connections.delete(socketId)
        this.#calls.delete(key)
        if (this.#connections.size === 0) this.#ticker.delete(this)
      },
    })
    this.#connections.set(socketId, connection)
    this.#calls.set(key, connection)
    this.#ticker.add(this)
    connection.open()
  }

  /** One that nobody can guess. */
  #freeSocketId(): number {
    for (;;) {
      const socketId = randomInt(1, 2 ** 30)
      if (!this.#connections.has(socketId)) return socketId
    }
  }

  #sweep(now: Milliseconds): void {
    this.#nextSweep = now + sweepMs
    for (const connection of this.#connections.values()) connection.checkDeadlines(now)
  }
}
