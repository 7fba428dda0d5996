import { connect, type Socket } from 'node:net'
import { monotonicNs } from '../marks.ts'

/** A response, as far as a viewer looks at it. */
export type Response = {
  readonly status: number
  readonly bytes: number
  /** When its last byte was read. */
  readonly atNs: number
  /** The end of the body, as far as it was asked for. */
  readonly text: string
}

/** What is asked for. */
export type Request = {
  readonly path: string
  readonly viewer: string
  /** So many bytes at the end of the body are a text that is looked at. */
  readonly keeps: number
}

type Pending = {
  readonly keeps: number
  readonly resolve: (response: Response) => void
  readonly reject: (error: Error) => void
}

const headEnd = Buffer.from('\r\n\r\n')
/** One for all: what is read is looked at before the next read. */
const readBuffer = Buffer.allocUnsafe(256 << 10)

/** One connection of HTTP/1.1, one request at a time. Reads no more than it must: it shares the machine with the server. */
export class KeepAliveClient {
  readonly #socket: Socket
  readonly #host: string
  #pending: Pending | undefined
  #head = Buffer.alloc(0)
  #status = 0
  #left = -1
  #bytes = 0
  #text = ''

  constructor(port: number) {
    this.#host = `127.0.0.1:${port}`
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: readBuffer,
        callback: size => {
          this.#push(readBuffer.subarray(0, size))
          return true
        },
      },
    })
    this.#socket.setNoDelay(true)
    this.#socket.once('error', error => this.#fail(error))
    this.#socket.once('close', () => this.#fail(new Error('Cannot read the response: connection closed')))
  }

  get(request: Request): Promise<Response> {
    return new Promise((resolve, reject) => this.ask(request, resolve, reject))
  }

  /** The same without a promise, for a thousand who have their answers within milliseconds. */
  ask({ path, viewer, keeps }: Request, resolve: Pending['resolve'], reject: Pending['reject']): void {
    this.#pending = { keeps, resolve, reject }
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nUser-Agent: ${viewer}\r\n\r\n`)
  }

  /** Read nothing before `resume`: what comes stays with the system, and costs this process nothing now. */
  pause(): void {
    this.#socket.pause()
  }

  /** Idempotent. */
  resume(): void {
    this.#socket.resume()
  }

  close(): void {
    this.#socket.destroy()
  }

  #push(bytes: Buffer): void {
    const atNs = monotonicNs()
    const body = this.#left < 0 ? this.#pushHead(bytes) : bytes
    if (this.#left < 0) return
    this.#left -= body.length
    this.#bytes += body.length
    const kept = Math.min(body.length, (this.#pending?.keeps ?? 0) - this.#left)
    if (kept > 0) this.#text += body.toString('latin1', body.length - kept)
    if (this.#left > 0) return
    const response = { status: this.#status, bytes: this.#bytes, atNs, text: this.#text }
    const pending = this.#pending
    this.#pending = undefined
    this.#left = -1
    this.#bytes = 0
    this.#text = ''
    pending?.resolve(response)
  }

  /** The part of `bytes` that is body. */
  #pushHead(bytes: Buffer): Buffer {
    const held = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes])
    const end = held.indexOf(headEnd)
    if (end === -1) {
      this.#head = Buffer.from(held)
      return bytes
    }
    const head = held.toString('latin1', 0, end)
    this.#head = Buffer.alloc(0)
    this.#status = Number(head.slice(9, 12))
    this.#left = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN)
    if (Number.isNaN(this.#left)) this.#fail(new Error('Cannot read the response: its length is missing'))
    return held.subarray(end + headEnd.length)
  }

  #fail(error: Error): void {
    this.#pending?.reject(error)
    this.#pending = undefined
    this.#socket.destroy()
  }
}
