import { createSecretKey, randomBytes, randomInt } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { UdpEndpoint } from '../../clients/udp-endpoint.ts'
import type { ListenAddress } from '../../config/listen-address.ts'
import type { HealthCheck } from '../../contracts/health.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Microseconds, Milliseconds } from '../../core/units.ts'
import { WorkLimit } from '../../core/work-limit.ts'
import { type Call, refuseCall } from '../../protocols/srt/call.ts'
import { CallBook } from '../../protocols/srt/call-book.ts'
import { Cookies } from '../../protocols/srt/cookie.ts'
import { type ListenerAnswer, SrtListener } from '../../protocols/srt/listener.ts'
import { microseconds } from '../../protocols/srt/microseconds.ts'
import { destinationOf, headerSize } from '../../protocols/srt/packet.ts'
import { SessionTicker } from '../../protocols/srt/session-ticker.ts'
import { checkKeyRefresh } from './config.ts'
import { Newcomers } from './newcomers.ts'
import { Passphrases } from './passphrases.ts'
import { SrtConnection } from './srt-connection.ts'
import type { SrtCounters, SrtServerOptions } from './srt-context.ts'

/** How often every connection looks at its deadlines. */
const sweepMs: Milliseconds = 1000
/** Connections at one time; further callers are told so. */
const maxConnections = 10_000
/** Keys of callers that are derived at a time, and that wait for it: a fifth of a second's work. */
const derivationLimits = { running: 2, waiting: 256 } as const
/** The shortest time between two log lines about callers that are too many. */
const backlogLogInterval: Milliseconds = 1000

/** Listens for SRT publishers and players: many sessions on one port. */
export class SrtServer {
  readonly counters: SrtCounters = {
    connections: 0,
    faults: { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 },
  }
  readonly #options: SrtServerOptions
  readonly #listener: SrtListener
  readonly #connections = new Map<number, SrtConnection>()
  readonly #calls = new CallBook<SrtConnection>()
  readonly #newcomers = new Newcomers()
  readonly #passphrases: Passphrases
  readonly #derivations = new WorkLimit(derivationLimits)
  #endpoint: UdpEndpoint | undefined
  #isListening = false
  readonly #ticker: SessionTicker
  #nextSweep: Milliseconds = 0
  #nextBacklogLog: Milliseconds = 0

  /** @throws {ConfigError} If keys of the configuration contradict each other. */
  constructor(options: SrtServerOptions) {
    this.#options = options
    this.#ticker = new SessionTicker(options.clock)
    const { keyRefresh, keyLength } = options.config
    checkKeyRefresh(keyRefresh)
    this.#passphrases = new Passphrases(options)
    const cookies = new Cookies(createSecretKey(randomBytes(32)))
    this.#listener = new SrtListener({ cookies, keyLength: this.#passphrases.areUsed ? keyLength : 0 })
  }

  /** Whether the passphrases are as the operator wants them. */
  get health(): HealthCheck {
    return this.#passphrases.health
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /**
   * Start to listen and return the bound address.
   *
   * @throws {ConfigError} If there is no good passphrase file where there has to be one.
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  async listen(address: ListenAddress): Promise<AddressInfo> {
    await this.#passphrases.open()
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

  /** Read the passphrases again. Never rejects: what is broken now changes nothing. */
  async reload(): Promise<void> {
    if (this.#endpoint !== undefined) await this.#passphrases.reload()
  }

  /** Accept nobody any more. Connections live on. */
  stopListening(): void {
    this.#isListening = false
  }

  /** End every connection and wait until all of them are gone. Idempotent. */
  async close(): Promise<void> {
    this.stopListening()
    this.#passphrases.close()
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
    if (answer.type === 'call') this.#take(answer.call)
    else if (answer.type === 'refusal') this.#refuse(answer, address, port)
    else this.#endpoint?.send(answer.packet, port, address)
  }

  #refuse({ packet, reason }: Extract<ListenerAnswer, { type: 'refusal' }>, address: string, port: number): void {
    const { clock, log } = this.#options
    if (!this.#newcomers.admit(address, clock.now())) return this.#noteBacklog(address)
    this.#newcomers.fail(address, clock.now())
    this.#endpoint?.send(packet, port, address)
    log.info('SRT_REFUSED', `Caller refused: ${reason}`, { peer: `${address}:${port}` })
  }

  #take(call: Call): void {
    const { address, port } = call.peer
    const known = this.#calls.open(call)
    if (known !== undefined) return known.answerAgain()
    const now = this.#options.clock.now()
    const ended = this.#calls.ended(call, now)
    if (ended?.refusal !== undefined) this.#endpoint?.send(ended.refusal, port, address)
    if (ended !== undefined) return
    if (this.#connections.size < maxConnections && this.#newcomers.admit(address, now)) return this.#connect(call)
    this.#endpoint?.send(refuseCall(call, 'SRT_REJ_BACKLOG'), port, address)
    this.#noteBacklog(address)
  }

  #connect(call: Call): void {
    const { address, port } = call.peer
    const socketId = this.#freeSocketId()
    this.counters.connections++
    let isNewcomer = true
    const connection = new SrtConnection(call, {
      ...this.#options,
      id: `srt-${this.counters.connections}`,
      socketId,
      passphrases: this.#passphrases,
      derivations: this.#derivations,
      transmit: packet => this.#endpoint?.send(packet, port, address),
      onHeard: () => {
        isNewcomer = false
        this.#newcomers.settle(address)
      },
      onFault: fault => this.counters.faults[fault]++,
      onClosed: refusal => {
        const now = this.#options.clock.now()
        this.#connections.delete(socketId)
        this.#calls.end(call, refusal, now)
        if (isNewcomer) this.#newcomers.fail(address, now)
        if (this.#connections.size === 0) this.#ticker.delete(this)
      },
    })
    this.#connections.set(socketId, connection)
    this.#calls.add(call, connection)
    this.#ticker.add(this)
    connection.open()
  }

  /** Whoever sends too many calls sends many, so there is one line a second about all of them. */
  #noteBacklog(address: string): void {
    const { clock, log } = this.#options
    this.counters.faults.limit++
    if (clock.now() < this.#nextBacklogLog) return
    this.#nextBacklogLog = clock.now() + backlogLogInterval
    log.warn('SRT_BACKLOG', 'Callers refused: too many wait to be let in, or have said nothing since', {
      peer: address,
    })
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
