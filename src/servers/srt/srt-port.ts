import type { RemoteInfo } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { UdpEndpoint } from '../../clients/udp-endpoint.ts'
import type { ListenAddress } from '../../config/listen-address.ts'
import type { OpenPort } from '../../listeners/open-port.ts'

export type SrtPortHandler = {
  readonly onPacket: (packet: Uint8Array, from: RemoteInfo, port: SrtPort) => void
  readonly onError: (error: Error) => void
}

/** One UDP port. It is open as long as callers are heard there, or connections use it. */
export class SrtPort implements OpenPort {
  #endpoint: UdpEndpoint | undefined
  #bound: AddressInfo | undefined
  /** Has the same port number, which was given up for it: connections go on there. */
  #successor: SrtPort | undefined
  #connections = 0
  #isListening = true

  /** @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had. */
  static async bind(address: ListenAddress, { onPacket, onError }: SrtPortHandler): Promise<SrtPort> {
    const port = new SrtPort()
    port.#endpoint = await UdpEndpoint.bind(address, {
      onPacket: (packet, from) => onPacket(packet, from, port),
      onError,
    })
    port.#bound = port.#endpoint.address
    return port
  }

  get address(): string {
    return this.#bound?.address ?? ''
  }

  get port(): number {
    return this.#bound?.port ?? 0
  }

  /** Whether callers are heard. */
  get isListening(): boolean {
    return this.#isListening
  }

  /** Whether it was given up for one that has not come yet. */
  get isReleased(): boolean {
    return this.#endpoint === undefined && this.#successor === undefined && this.#connections > 0
  }

  /** Whether nobody needs it any more. */
  get isDone(): boolean {
    return !this.#isListening && this.#connections === 0
  }

  send(packet: Uint8Array, port: number, address: string): void {
    if (this.#successor !== undefined) this.#successor.send(packet, port, address)
    else this.#endpoint?.send(packet, port, address)
  }

  /** A connection uses the port. */
  enter(): void {
    this.#connections++
  }

  /** It does not any more. */
  leave(): void {
    this.#connections--
    this.#closeUnused()
  }

  stop(): void {
    this.#isListening = false
    this.#closeUnused()
  }

  release(): void {
    this.#isListening = false
    void this.close()
  }

  /** Connections of a port that was released go on over this one. */
  succeed(released: SrtPort): void {
    released.#successor = this
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const endpoint = this.#endpoint
    this.#endpoint = undefined
    await endpoint?.close()
  }

  #closeUnused(): void {
    if (!this.#isListening && this.#connections === 0) void this.close()
  }
}
