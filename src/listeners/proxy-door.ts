import type { Server, Socket } from 'node:net'
import type { Network } from '../config/network.ts'
import type { Clock } from '../contracts/clock.ts'
import { ProtocolError } from '../core/errors.ts'
import { splitPeer } from '../core/peer-address.ts'
import type { Milliseconds } from '../core/units.ts'
import type { ProxyHeader } from '../protocols/proxy-protocol/proxy-header.ts'
import { ProxyArrival } from './proxy-arrival.ts'
import { connectionName, peerName, remoteName } from './socket-name.ts'

export type ProxyDoorOptions = {
  readonly trusted: () => readonly Network[]
  /** From accept to the whole header. */
  readonly timeout: Milliseconds
  readonly clock: Clock
  /** Where the clients behind connections that are open are remembered, by the connection's name. */
  readonly clients: Map<string, string>
  /** The connection from `peer` has been closed. */
  readonly onFault: (error: ProtocolError, peer: string) => void
}

/**
 * Stands before a listener that only proxies may reach: reads the PROXY header of every connection, remembers for whom
 * it speaks, and hands the connection on as if nothing had been read.
 *
 * @see PROXY protocol §2: nothing is processed before the header is complete, and whether there is one is never guessed
 */
export class ProxyDoor {
  readonly #options: ProxyDoorOptions
  readonly #waiting = new Set<Socket>()

  constructor(options: ProxyDoorOptions) {
    this.#options = options
  }

  /** Take the place of whoever listens for the connections of `server` until now; they get them afterwards. */
  guard(server: Server): void {
    const enter = server.listeners('connection')
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      this.#admit(socket, () => {
        for (const listener of enter) Reflect.apply(listener, server, [socket])
      })
    })
  }

  /** End those whose header has not come yet. Idempotent. */
  close(): void {
    for (const socket of this.#waiting) socket.destroy()
  }

  #admit(socket: Socket, enter: () => void): void {
    const peer = remoteName(socket)
    const arrival = new ProxyArrival(socket, this.#options, result => {
      this.#waiting.delete(socket)
      if (result instanceof ProtocolError) this.#options.onFault(result, peer)
      else if (result !== undefined) this.#enter(socket, result, enter)
    })
    this.#waiting.add(socket)
    const { address } = splitPeer(peer)
    if (this.#options.trusted().some(network => network.contains(address))) arrival.read()
    else arrival.refuse('unexpected', 'Cannot believe a PROXY protocol header: the address is none of trustedProxies')
  }

  #enter(socket: Socket, { source }: ProxyHeader, enter: () => void): void {
    if (source !== undefined) this.#remember(socket, peerName(source.address, source.port))
    enter()
  }

  #remember(socket: Socket, client: string): void {
    const { clients } = this.#options
    const name = connectionName(socket)
    clients.set(name, client)
    socket.once('close', () => {
      // The proxy may have the same port again by now.
      if (clients.get(name) === client) clients.delete(name)
    })
  }
}
