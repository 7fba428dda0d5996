import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { ListenAddress } from '../../config/listen-address.ts'
import type { Timer } from '../../contracts/clock.ts'
import type { ReconnectOrder, ReconnectResult, Reconnects } from '../../contracts/reconnects.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import { MergedReads } from './merged-reads.ts'
import { RtmpConnection } from './rtmp-connection.ts'
import type { RtmpCounters, RtmpServerOptions } from './rtmp-context.ts'

/** How often every connection looks at its deadlines. */
const sweepMs = 1000

/** A socket that rests reads this much ahead; with Node's usual 64 KiB it would hardly rest at all. */
const pausedReadSize: Bytes = 1

/** Time for peers that are sent away to reach their next key frame; most encoders have one each 2 s. */
const leaveTime: Milliseconds = 2000

/** Listens for RTMP publishers and players. */
export class RtmpServer implements Reconnects {
  readonly counters: RtmpCounters = {
    connections: 0,
    bytesReceived: 0,
    faults: { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 },
  }
  readonly #options: RtmpServerOptions
  readonly #server: Server
  readonly #connections = new Set<RtmpConnection>()
  readonly #mergedReads: MergedReads
  #sweepTimer: Timer | undefined

  constructor(options: RtmpServerOptions) {
    this.#options = options
    this.#mergedReads = new MergedReads(options.clock)
    this.#server = createServer({ highWaterMark: pausedReadSize }, socket => this.#accept(socket))
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
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen({ ...address, backlog: 1024 }, resolve)
    await promise
    this.#server.off('error', reject)
    this.#server.on('error', error => this.#options.log.error('RTMP_ACCEPT_FAILED', error.message))
    this.#sweep()
    return this.#server.address() as AddressInfo
  }

  /** The configuration has changed. Chunk size and the like are for connections that begin from now on. */
  applySettings(): void {
    for (const connection of this.#connections) connection.applySettings()
  }

  /** Accept nobody any more. Connections live on. */
  stopListening(): void {
    this.#server.close()
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

  #accept(socket: Socket): void {
    this.counters.connections++
    const id = `rtmp-${this.counters.connections}`
    const connection = new RtmpConnection(socket, id, {
      ...this.#options,
      mergedReads: this.#mergedReads,
      counters: this.counters,
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
