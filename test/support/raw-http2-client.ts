import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { type Frame, frameType, parseFrames, preface, type Setting, settings } from './http2-frames.ts'

/** A client of HTTP/2 that sends what it is told, right or wrong, and shows the frames that came back. */
export class RawHttp2Client implements AsyncDisposable {
  readonly peer: string
  readonly #socket: TLSSocket
  readonly #closed: Promise<void>
  #received: Buffer = Buffer.alloc(0)

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    this.peer = `${socket.localAddress}:${socket.localPort}`
    this.#closed = new Promise(resolve => socket.once('close', () => resolve()))
    socket.on('error', () => undefined)
    socket.on('data', bytes => {
      this.#received = Buffer.concat([this.#received, bytes])
    })
  }

  static async connect(port: number, ...values: readonly Setting[]): Promise<RawHttp2Client> {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] })
    await once(socket, 'secureConnect')
    const client = new RawHttp2Client(socket)
    client.send(preface, settings(...values))
    return client
  }

  send(...bytes: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(bytes))
  }

  /** Send `bytes` again and again, as fast as the server takes them, until the connection ends. */
  async flood(bytes: Uint8Array): Promise<void> {
    while (this.#socket.writable) {
      if (!this.#socket.write(bytes))
        await Promise.race([once(this.#socket, 'drain').catch(() => undefined), this.#closed])
    }
    await this.#closed
  }

  /** Read nothing any more. */
  pause(): void {
    this.#socket.pause()
  }

  get frames(): readonly Frame[] {
    return parseFrames(this.#received)
  }

  get closed(): Promise<void> {
    return this.#closed
  }

  /** The frames, once one of them fits. */
  async until(fits: (frame: Frame) => boolean): Promise<readonly Frame[]> {
    while (!this.frames.some(fits)) {
      if (this.#socket.destroyed) throw new Error('Cannot wait any longer for a frame: the connection is closed')
      await Promise.race([once(this.#socket, 'data'), this.#closed])
    }
    return this.frames
  }

  /** The error code with which the server has ended a stream; `undefined` if it has not. RFC 9113 §6.4. */
  resetOf(stream: number): number | undefined {
    return this.frames
      .find(({ type, streamId }) => type === frameType.reset && streamId === stream)
      ?.payload.readUInt32BE()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    await this.#closed
  }
}
