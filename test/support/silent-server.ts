import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** Accepts connections and says nothing. Start it with `await using`. */
export class SilentServer implements AsyncDisposable {
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer(socket => {
    this.#sockets.add(socket.on('error', () => undefined))
  })

  static async start(): Promise<SilentServer> {
    const server = new SilentServer()
    await once(server.#server.listen(0, '127.0.0.1'), 'listening')
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
