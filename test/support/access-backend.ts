import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** An HTTP backend that keeps what it was asked, and answers as the test says. Start it with `await using`. */
export class AccessBackend implements AsyncDisposable {
  readonly bodies: Record<string, string>[] = []
  answer: Answer = response => void response.writeHead(204).end()
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  static async start(): Promise<AccessBackend> {
    const backend = new AccessBackend()
    backend.#server.listen(0, '127.0.0.1')
    await once(backend.#server, 'listening')
    return backend
  }

  url(path = '/'): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    if (body !== '') this.bodies.push(JSON.parse(body) as Record<string, string>)
    this.answer(response, request)
  }
}
