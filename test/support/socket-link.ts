import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP port that leads to a socket or to another port of this machine, and can fall silent. Start it with `await using`. */
export class SocketLink implements AsyncDisposable {
  readonly #target: string | number
  readonly #server = createServer(socket => this.#join(socket))
  readonly #sockets = new Set<Socket>()
  #isSilent = false

  private constructor(target: string | number) {
    this.#target = target
  }

  static async open(target: string | number): Promise<SocketLink> {
    const link = new SocketLink(target)
    await once(link.#server.listen(0, '127.0.0.1'), 'listening')
    return link
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Nothing goes through from now on, not even the end of a connection; new ones are accepted. */
  fallSilent(): void {
    this.#isSilent = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** All goes through again. */
  speak(): void {
    this.#isSilent = false
    for (const socket of this.#sockets) socket.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(near: Socket): void {
    const far = typeof this.#target === 'number' ? connect(this.#target, '127.0.0.1') : connect(this.#target)
    this.#carry(near, far)
    this.#carry(far, near)
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('error', () => undefined)
    from.on('data', bytes => to.write(bytes))
    if (this.#isSilent) from.pause()
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!this.#isSilent) to.destroy()
    })
  }
}
