import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { isIPv6 } from 'node:net'
import type { ListenAddress } from '../config/listen-address.ts'
import type { Bytes } from '../core/units.ts'

/** A tenth of a second of a gigabit; the system grants what it allows. */
const bufferSize: Bytes = 12 * 1024 * 1024

export type UdpEndpointHandler = {
  /** Takes over the packet. */
  readonly onPacket: (packet: Uint8Array, from: RemoteInfo) => void
  readonly onError: (error: Error) => void
}

/** One UDP socket, which many sessions may share. */
export class UdpEndpoint {
  readonly #socket: Socket
  readonly #closed = Promise.withResolvers<void>()
  #isConnected = false

  private constructor(socket: Socket, { onPacket, onError }: UdpEndpointHandler) {
    this.#socket = socket
    socket.on('message', onPacket)
    socket.on('error', onError)
    socket.on('close', () => this.#closed.resolve())
  }

  /**
   * Listen on an address; without a host on all of the machine's, IPv6 and IPv4 alike where it has both.
   *
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had.
   */
  static async bind({ host, port }: ListenAddress, handler: UdpEndpointHandler): Promise<UdpEndpoint> {
    if (host !== undefined) return UdpEndpoint.#bind(isIPv6(host) ? 'udp6' : 'udp4', host, port, handler)
    try {
      return await UdpEndpoint.#bind('udp6', '::', port, handler)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAFNOSUPPORT') throw error
      return UdpEndpoint.#bind('udp4', '0.0.0.0', port, handler)
    }
  }

  static async #bind(
    type: 'udp4' | 'udp6',
    address: string,
    port: number,
    handler: UdpEndpointHandler,
  ): Promise<UdpEndpoint> {
    const family = type === 'udp6' ? 6 : 4
    // Peers are addresses, so there is nothing to look up.
    const socket = createSocket({ type, lookup: (name, _options, done) => done(null, name, family) })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.once('error', reject)
    socket.bind({ address, port }, resolve)
    try {
      await promise
    } catch (error) {
      socket.close()
      throw error
    }
    socket.off('error', reject)
    socket.setRecvBufferSize(bufferSize)
    socket.setSendBufferSize(bufferSize)
    return new UdpEndpoint(socket, handler)
  }

  get address(): AddressInfo {
    return this.#socket.address()
  }

  /**
   * Take packets only from there, send none elsewhere, and hear from the system when there is no way, or nobody.
   *
   * @throws the system's error if there is no way.
   */
  async connect(port: number, address: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#socket.connect(port, address, (error?: Error) => (error ? reject(error) : resolve()))
    await promise
    this.#isConnected = true
  }

  /**
   * Send at once. What the system has no room for is lost, as on the way, or goes out a moment later: then with the bytes
   * that the packet has by then.
   */
  send(packet: Uint8Array, port: number, address: string): void {
    if (this.#isConnected) this.#socket.send(packet)
    else this.#socket.send(packet, port, address)
  }

  /** Idempotent. */
  async close(): Promise<void> {
    try {
      this.#socket.close()
    } catch {
      // It was closed before.
    }
    await this.#closed.promise
  }
}
