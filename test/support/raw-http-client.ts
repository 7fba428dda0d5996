import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A TCP client that shows what came back byte by byte. */
export class RawHttpClient {
  readonly #socket: Socket
  readonly #waiting = new Set<() => void>()
  #chunks: Buffer[] = []
  byteCount = 0
  isClosed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', bytes => {
      this.#chunks.push(bytes)
      this.byteCount += bytes.length
      this.#check()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isClosed = true
      this.#check()
    })
  }

  static async connect(port: number): Promise<RawHttpClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawHttpClient(socket)
  }

  send(data: string | Uint8Array): void {
    this.#socket.write(data)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Everything that has come so far. */
  get received(): Buffer {
    const [first = Buffer.alloc(0), ...others] = this.#chunks
    const all = others.length === 0 ? first : Buffer.concat(this.#chunks)
    this.#chunks = [all]
    return all
  }

  /** Head of the response, as soon as it is whole. */
  async head(): Promise<string> {
    await this.until(() => this.received.includes('\r\n\r\n'))
    return this.received.toString('latin1').split('\r\n\r\n', 1)[0] ?? ''
  }

  /** What has come after the head so far. */
  get body(): Buffer {
    const { received } = this
    const end = received.indexOf('\r\n\r\n')
    return end === -1 ? Buffer.alloc(0) : received.subarray(end + 4)
  }

  /** The body, once `size` bytes of it have come. */
  async bodyOf(size: number): Promise<Buffer> {
    await this.until(() => this.body.length >= size)
    return this.body
  }

  /** A whole response whose head says its length. */
  async answer(): Promise<{ status: number; head: string; json: Record<string, unknown> }> {
    const head = await this.head()
    const body = await this.bodyOf(Number(/content-length: (\d+)/i.exec(head)?.[1]))
    return { status: Number(head.split(' ')[1]), head, json: JSON.parse(body.toString()) }
  }

  async closed(): Promise<void> {
    await this.until(() => this.isClosed)
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.isClosed) throw new Error(`Cannot wait any longer: connection closed after ${this.byteCount} bytes`)
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.add(resolve)
      await promise
    }
  }

  #check(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
