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

  /** What has come of the body so far, taken out of its chunks. */
  get body(): Buffer {
    const { received } = this
    const end = received.indexOf('\r\n\r\n')
    if (end === -1) return Buffer.alloc(0)
    const isChunked = /\r\ntransfer-encoding: chunked\r\n/i.test(received.toString('latin1', 0, end + 2))
    return isChunked ? joinChunks(received.subarray(end + 4)) : received.subarray(end + 4)
  }

  /** True once the body has been ended in the words of HTTP/1.1. */
  get hasLastChunk(): boolean {
    return this.received.toString('latin1').endsWith('\r\n0\r\n\r\n')
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

/** @see RFC 9112 §7.1 */
function joinChunks(bytes: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) break
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (size === 0) break
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
  return Buffer.concat(pieces)
}
