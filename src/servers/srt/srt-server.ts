import { createSecretKey, randomBytes, randomInt } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import type { ListenAddress } from '../../config/listen-address.ts'
import type { HealthCheck } from '../../contracts/health.ts'
import type { PreparedChange } from '../../contracts/prepared-change.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { PeerAddress } from '../../core/peer-address.ts'
import type { Microseconds, Milliseconds } from '../../core/units.ts'
import { WorkLimit } from '../../core/work-limit.ts'
import { reportFault } from '../../hub/contained-fault.ts'
import type { OpenPort } from '../../listeners/open-port.ts'
import { type Call, refuseCall } from '../../protocols/srt/call.ts'
import { CallBook } from '../../protocols/srt/call-book.ts'
import { Cookies } from '../../protocols/srt/cookie.ts'
import { type ListenerAnswer, SrtListener } from '../../protocols/srt/listener.ts'
import { microseconds } from '../../protocols/srt/microseconds.ts'
import { destinationOf, headerSize } from '../../protocols/srt/packet.ts'
import { SessionTicker } from '../../protocols/srt/session-ticker.ts'
import { checkKeyRefresh, type SrtConfig } from './config.ts'
import { Newcomers } from './newcomers.ts'
import { Passphrases } from './passphrases.ts'
import { SrtConnection } from './srt-connection.ts'
import type { SrtCounters, SrtServerOptions } from './srt-context.ts'
import { SrtPort } from './srt-port.ts'

/** How often every connection looks at its deadlines. */
const sweepMs: Milliseconds = 1000
/** Connections at one time; further callers are told so. */
const maxConnections = 10_000
/** Keys of callers that are derived at a time, and that wait for it: a fifth of a second's work. */
const derivationLimits = { running: 2, waiting: 256 } as const
/** The shortest time between two log lines about callers that are too many. */
const backlogLogInterval: Milliseconds = 1000

/** Listens for SRT publishers and players: many sessions on each port. */
export class SrtServer {
  readonly counters: SrtCounters = {
    connections: 0,
    faults: { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 },
  }
  readonly #cookies = new Cookies(createSecretKey(randomBytes(32)))
  #options: SrtServerOptions
  #listener: SrtListener
  readonly #connections = new Map<number, SrtConnection>()
  readonly #calls = new CallBook<SrtConnection>()
  readonly #newcomers = new Newcomers()
  #passphrases: Passphrases
  readonly #derivations = new WorkLimit(derivationLimits)
  #ports: readonly SrtPort[] = []
  readonly #ticker: SessionTicker
  #nextSweep: Milliseconds = 0
  #nextBacklogLog: Milliseconds = 0

  /** @throws {ConfigError} If keys of the configuration contradict each other. */
  constructor(options: SrtServerOptions) {
    this.#options = options
    this.#ticker = new SessionTicker(options.clock)
    checkKeyRefresh(options.config.keyRefresh)
    this.#passphrases = new Passphrases(options)
    this.#listener = this.#createListener(this.#passphrases, options.config)
  }

  /** Whether the passphrases are as the operator wants them. */
  get health(): HealthCheck {
    const { name, isWarning } = this.#passphrases.health
    return { name, problem: () => this.#passphrases.health.problem(), isWarning: isWarning === true }
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** @throws {ConfigError} If there is no good passphrase file where there has to be one. */
  open(): Promise<void> {
    return this.#passphrases.open()
  }

  /**
   * Start to listen, beside the ports that are open.
   *
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  async listen(address: ListenAddress): Promise<OpenPort> {
    const port = await SrtPort.bind(address, {
      onPacket: (packet, from, at) => this.#receive(packet, from, at),
      onError: error => this.#options.log.error('SRT_SOCKET_ERROR', error.message),
    })
    for (const released of this.#ports) if (released.isReleased) port.succeed(released)
    this.#ports = [...this.#ports.filter(({ isDone }) => !isDone), port]
    return port
  }

  /**
   * Other rules for callers that come from then on.
   *
   * @throws {ConfigError} If they contradict each other, or there is no good passphrase file.
   */
  async prepare(config: SrtConfig): Promise<PreparedChange> {
    checkKeyRefresh(config.keyRefresh)
    const before = this.#passphrases
    const passphrases = new Passphrases({ ...this.#options, config })
    if (config.listen !== undefined) await passphrases.open()
    const listener = this.#createListener(passphrases, config)
    return {
      commit: () => {
        this.#options = { ...this.#options, config }
        this.#passphrases = passphrases
        this.#listener = listener
        before.close()
      },
      discard: async () => passphrases.close(),
    }
  }

  /** The configuration has changed. */
  applySettings(): void {
    for (const connection of this.#connections.values()) connection.applySettings()
  }

  /** Read the passphrases again. Never rejects: what is broken now changes nothing. */
  async reload(): Promise<void> {
    if (this.#ports.some(({ isListening }) => isListening)) await this.#passphrases.reload()
  }

  /** Accept nobody any more. Connections live on. */
  stopListening(): void {
    for (const port of this.#ports) port.stop()
  }

  /** End every connection and wait until all of them are gone. Idempotent. */
  async close(): Promise<void> {
    this.stopListening()
    this.#passphrases.close()
    await Promise.all([...this.#connections.values()].map(connection => connection.close()))
    this.#ticker.delete(this)
    await Promise.all(this.#ports.map(port => port.close()))
  }

  /** Called by the ticker while there are connections. */
  tick(now: Microseconds): void {
    for (const connection of this.#connections.values()) this.#tick(connection, now)
    const nowMs = now / 1000
    if (nowMs >= this.#nextSweep) this.#sweep(nowMs)
  }

  #createListener({ areUsed }: Passphrases, { keyLength }: SrtConfig): SrtListener {
    return new SrtListener({ cookies: this.#cookies, keyLength: areUsed ? keyLength : 0 })
  }

  #tick(connection: SrtConnection, now: Microseconds): void {
    try {
      connection.tick(now)
    } catch (error) {
      this.#failed(error, connection)
    }
  }

  #receive(packet: Uint8Array, from: RemoteInfo, port: SrtPort): void {
    const now = microseconds(this.#options.clock)
    let connection: SrtConnection | undefined
    try {
      const destination = packet.length < headerSize ? 0 : destinationOf(packet)
      if (destination === 0) return this.#answer(packet, from, port)
      connection = this.#connections.get(destination)
      if (connection?.peer.port === from.port && connection.peer.address === from.address) {
        connection.receive(packet, now)
      }
    } catch (error) {
      if (error instanceof ProtocolError) this.counters.faults[error.fault]++
      else this.#failed(error, connection)
    }
  }

  /** By a fault of ours. A packet of nobody's connection is passed over. */
  #failed(error: unknown, connection: SrtConnection | undefined): void {
    reportFault(this.#options.onInternalFault, { part: 'connection', name: 'srt', error })
    connection?.fail()
  }

  #answer(packet: Uint8Array, from: RemoteInfo, port: SrtPort): void {
    if (!port.isListening) return
    const peer = { address: from.address, port: from.port }
    const answer = this.#listener.receive(packet, peer, microseconds(this.#options.clock))
    if (answer === undefined) return
    if (answer.type === 'call') this.#take(answer.call, port)
    else if (answer.type === 'refusal') this.#refuse(answer, peer, port)
    else port.send(answer.packet, peer.port, peer.address)
  }

  #refuse({ packet, reason }: Extract<ListenerAnswer, { type: 'refusal' }>, peer: PeerAddress, port: SrtPort): void {
    const { clock, log } = this.#options
    const { address } = peer
    if (!this.#newcomers.admit(address, clock.now())) return this.#noteBacklog(address)
    this.#newcomers.fail(address, clock.now())
    port.send(packet, peer.port, address)
    log.info('SRT_REFUSED', `Caller refused: ${reason}`, { peer: `${address}:${peer.port}` })
  }

  #take(call: Call, port: SrtPort): void {
    const { peer } = call
    const known = this.#calls.open(call)
    if (known !== undefined) return known.answerAgain()
    const now = this.#options.clock.now()
    const ended = this.#calls.ended(call, now)
    if (ended?.refusal !== undefined) port.send(ended.refusal, peer.port, peer.address)
    if (ended !== undefined) return
    if (this.#connections.size < maxConnections && this.#newcomers.admit(peer.address, now)) {
      return this.#connect(call, port)
    }
    port.send(refuseCall(call, 'SRT_REJ_BACKLOG'), peer.port, peer.address)
    this.#noteBacklog(peer.address)
  }

  #connect(call: Call, port: SrtPort): void {
    const { peer } = call
    const { address } = peer
    const socketId = this.#freeSocketId()
    this.counters.connections++
    let isNewcomer = true
    port.enter()
    const connection = new SrtConnection(call, {
      ...this.#options,
      id: `srt-${this.counters.connections}`,
      socketId,
      passphrases: this.#passphrases,
      derivations: this.#derivations,
      transmit: packet => port.send(packet, peer.port, address),
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
        port.leave()
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
