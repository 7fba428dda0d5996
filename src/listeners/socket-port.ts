import { type AddressInfo, Server, type Socket } from 'node:net'
import type { ListenAddress } from '../config/listen-address.ts'
import type { OpenPort } from './open-port.ts'
import type { ProxyDoor } from './proxy-door.ts'
import { connectionName } from './socket-name.ts'

/** One TCP port that somebody listens at. */
export class SocketPort implements OpenPort {
  readonly #server: Server
  readonly #door: ProxyDoor | undefined
  /** Connections whose TLS handshake is not done yet, by the connection's name. */
  readonly #handshaking = new Map<string, Socket>()
  #bound: AddressInfo | undefined
  #isStopped = false

  /** @param door In front of everybody who listens for the server's connections by now. */
  constructor(server: Server, door: ProxyDoor | undefined) {
    this.#server = server
    this.#door = door
    door?.guard(server)
  }

  /** @throws the system's error (`EADDRINUSE`, `EACCES`) if the address cannot be had. */
  async bind(address: ListenAddress, onError: (error: Error) => void): Promise<void> {
    const server = this.#server
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen({ ...address, backlog: 1024 }, resolve)
    await promise
    server.off('error', reject)
    server.on('error', onError)
    // Ends what the server does now and then.
    server.once('close', () => void server.close())
    this.#bound = server.address() as AddressInfo
  }

  get address(): string {
    return this.#bound?.address ?? ''
  }

  get port(): number {
    return this.#bound?.port ?? 0
  }

  /** The last connection has gone after the port was stopped. */
  onDone(done: () => void): void {
    this.#server.once('close', done)
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** But for those that are not complete yet, connections live on. */
  stop(): void {
    this.#isStopped = true
    // Not as HTTP servers close, who take for idle whoever is played to, and end it.
    Server.prototype.close.call(this.#server)
    this.#door?.close()
    for (const socket of this.#handshaking.values()) socket.destroy()
  }

  release(): void {
    this.stop()
  }

  /** Stop, and end connections that are idle, where the protocol knows which these are. */
  close(): void {
    this.stop()
    this.#server.close()
  }

  /** A connection is there whose TLS handshake is still to come. */
  awaitHandshake(socket: Socket): void {
    const name = connectionName(socket)
    this.#handshaking.set(name, socket)
    socket.once('close', () => {
      if (this.#handshaking.get(name) === socket) this.#handshaking.delete(name)
    })
  }

  handshakeDone(socket: Socket): void {
    this.#handshaking.delete(connectionName(socket))
  }
}
