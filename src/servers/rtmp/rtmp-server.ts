import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { ListenAddress } from '../../config/listen-address.ts'
import type { Timer } from '../../contracts/clock.ts'
import type { Bytes } from '../../core/units.ts'
import { FormatsByChunkSize } from './formats-by-chunk-size.ts'
import { MergedReads } from './merged-reads.ts'
import { RtmpConnection } from './rtmp-connection.ts'
import type { RtmpCounters, RtmpServerOptions } from './rtmp-context.ts'

/** How often every connection looks at its deadlines. */
const sweepMs = 1000

/** A socket that rests reads this much ahead; with Node's usual 64 KiB it would hardly rest at all. */
const pausedReadSize: Bytes = 1

/** Listens for RTMP publishers and players. */
export class RtmpServer {
  readonly counters: RtmpCounters = {
    connections: 0,
    bytesReceived: 0,
    faults: { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 },
  }
  readonly #options: RtmpServerOptions
  readonly #server: Server
  readonly #connections = new Set<RtmpConnection>()
  readonly #formats = new FormatsByChunkSize()
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
      formats: this.#formats,
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
