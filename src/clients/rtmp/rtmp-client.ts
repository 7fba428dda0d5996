import type { Socket } from 'node:net'
import {
  ConnectionError,
  endingError,
  ProtocolError,
  type RefusedError,
  type ServerError,
  UrlError,
} from '../../core/errors.ts'
import { StallClock } from '../../core/stall-clock.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { TagType } from '../../formats/flv/tag-header.ts'
import { ClientSession, type ClientSessionHandler } from '../../protocols/rtmp/client-session.ts'
import type { ClientPurpose, ClientStream } from '../../protocols/rtmp/client-stream.ts'
import type { EnhancedCapabilities } from '../../protocols/rtmp/enhanced-capabilities.ts'
import type { ChannelLimits } from '../../protocols/rtmp/message-channel.ts'
import { type RtmpUrl, reconnectUrl } from '../../protocols/rtmp/rtmp-url.ts'
import { socketReason } from '../socket-reason.ts'
import type { TlsFiles } from '../tls-files.ts'
import { openSocket } from './open-socket.ts'

export type RtmpClientOptions = {
  /** Certificates in PEM form that are trusted beside those that Node.js trusts. */
  readonly ca?: string | undefined
  readonly tls?: TlsFiles | undefined
  /** Address of this machine that we connect from. */
  readonly localAddress?: string | undefined
  /** For TCP and TLS. */
  readonly connectTimeout?: Milliseconds
  /** For each answer of the server: the handshake with `connect`, and each publish or play. */
  readonly answerTimeout?: Milliseconds
  /** For a server that takes nothing of what was sent. */
  readonly sendTimeout?: Milliseconds
  /** For a server that sends nothing. Not set: it may. */
  readonly silenceTimeout?: Milliseconds
  /** Ends the connection, from the first moment on. */
  readonly signal?: AbortSignal
  /** The server wants us to connect anew, to this URL, and goes on until we do. */
  readonly onReconnectRequest?: (url: RtmpUrl) => void
}

/** Who gets what a stream plays, and hears of its end. */
export type ClientStreamEvents = {
  readonly onMedia?: (type: TagType, timestamp: number, payload: Uint8Array) => void
  /** Called once, unless the start has failed. `undefined` if what was played has ended in order. */
  readonly onEnd: (error: ServerError | undefined) => void
}

const defaults = { connectTimeout: 10_000, answerTimeout: 10_000, sendTimeout: 30_000 } as const

/** Chunk size of what every client sends behind the start of a stream: that of the bytes that a sink may write. */
export const clientChunkSize: Bytes = 60_000

const limits: ChannelLimits = {
  chunkSize: clientChunkSize,
  windowSize: 2_500_000,
  assumedWindowSize: 2_500_000,
  maxMessageSize: 0xffffff,
  maxBufferedSize: 32 * 1024 * 1024,
  maxChunkStreams: 64,
}

const sweepMs: Milliseconds = 1000
/** How long a server may take to read our last words. */
const farewellMs: Milliseconds = 1000

/**
 * A connection to an RTMP server: moves bytes between a socket and a session, and keeps the time. When it ends, for
 * whatever reason, its streams hear it.
 */
export class RtmpClient implements ClientSessionHandler {
  readonly url: RtmpUrl
  readonly #options: RtmpClientOptions
  readonly #socket: Socket
  readonly #session: ClientSession
  readonly #stall = new StallClock(performance.now())
  readonly #connected = Promise.withResolvers<void>()
  readonly #closed = Promise.withResolvers<void>()
  readonly #endings = new Set<(error: ServerError) => void>()
  readonly #abort = (): void => this.#fail(new ConnectionError(`Cannot go on with ${this.url.shown}: it was aborted`))
  readonly #sweep: NodeJS.Timeout
  #lastReceived: Milliseconds = performance.now()
  /** Why it is over; `undefined` while it is not. */
  #error: ServerError | undefined

  private constructor(url: RtmpUrl, socket: Socket, options: RtmpClientOptions) {
    this.url = url
    this.#socket = socket
    this.#options = options
    this.#session = new ClientSession(url, limits, this)
    this.#endings.add(error => this.#connected.reject(error))
    // Whoever waits for it gets the error; nobody has to.
    this.#connected.promise.catch(() => undefined)
    socket.on('data', bytes => this.#receive(bytes))
    socket.on('error', error => this.#fail(this.#lost(socketReason(error))))
    socket.on('close', () => this.#onSocketClosed())
    options.signal?.addEventListener('abort', this.#abort)
    this.#sweep = setInterval(() => this.#checkDeadlines(), sweepMs)
  }

  /**
   * Connect, shake hands, and be let into the application.
   *
   * @throws {ConnectionError} If the network does not lead there, or TLS finds no trust.
   * @throws {FileError} If there are no certificates where they should be.
   * @throws {RefusedError} If the server does not let us in.
   * @throws {ProtocolError} If it speaks no RTMP, or is too slow.
   */
  static async connect(url: RtmpUrl, options: RtmpClientOptions = {}): Promise<RtmpClient> {
    const { connectTimeout: timeout = defaults.connectTimeout, ca, tls, localAddress, signal } = options
    const client = new RtmpClient(url, await openSocket(url, { timeout, ca, tls, localAddress, signal }), options)
    if (signal?.aborted) client.#abort()
    else client.#session.open()
    await client.#answered('connect', client.#connected.promise)
    return client
  }

  /** For sinks that write shared bytes: behind the start of a stream, between whole messages. */
  get socket(): Socket {
    return this.#socket
  }

  /** What the server has said of Enhanced RTMP. */
  get capabilities(): EnhancedCapabilities {
    return this.#session.capabilities
  }

  get bytesReceived(): Bytes {
    return this.#session.bytesReceived
  }

  /** Why the connection is over; `undefined` while it is not. */
  get error(): ServerError | undefined {
    return this.#error
  }

  /**
   * Publish or play the key of the URL, and wait for the server's word.
   *
   * @throws {RefusedError} If the server says no; the connection lives on.
   * @throws {ServerError} If the connection ends before.
   */
  async start(purpose: ClientPurpose, { onMedia = noMedia, onEnd }: ClientStreamEvents): Promise<ClientStream> {
    if (this.#error !== undefined) throw this.#error
    const started = Promise.withResolvers<void>()
    let isStarted = false
    const end = (error: ServerError | undefined): void => {
      this.#endings.delete(end)
      if (isStarted) onEnd(error)
      else started.reject(error)
    }
    this.#endings.add(end)
    const onStart = (): void => {
      isStarted = true
      started.resolve()
    }
    const stream = this.#session.start(purpose, this.url.key, { onStart, onMedia, onEnd: end })
    await this.#answered(purpose, started.promise)
    return stream
  }

  /** Wait until the socket can take more. @throws {ServerError} If the connection ends before. */
  async drained(): Promise<void> {
    if (this.#error !== undefined) throw this.#error
    if (!this.#socket.writableNeedDrain) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#endings.add(reject)
    this.#socket.once('drain', resolve)
    try {
      await promise
    } finally {
      this.#endings.delete(reject)
      this.#socket.off('drain', resolve)
    }
  }

  /** Stop reading, so that the server has to wait, or go on. */
  setReading(isReading: boolean): void {
    this.#lastReceived = performance.now()
    if (isReading) this.#socket.resume()
    else this.#socket.pause()
  }

  /** Let the server read what was sent, and end. Idempotent. Streams that have not been closed hear of it. */
  async close(): Promise<void> {
    if (this.#error === undefined) {
      this.#end(new ConnectionError(`Cannot go on with ${this.url.shown}: the connection was closed`))
      this.#socket.resume()
      this.#socket.end()
      setTimeout(() => this.#socket.destroy(), farewellMs).unref()
    }
    await this.#closed.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  send(bytes: Uint8Array): void {
    if (!this.#socket.writableEnded) this.#socket.write(bytes)
  }

  onConnected(): void {
    this.#connected.resolve()
  }

  onRefused(error: RefusedError): void {
    this.#fail(error)
  }

  /** A server that wants to lead us where we do not go is not obeyed. */
  onReconnectRequest(tcUrl: string | undefined): void {
    try {
      this.#options.onReconnectRequest?.(reconnectUrl(this.url, tcUrl))
    } catch (error) {
      if (!(error instanceof UrlError)) throw error
    }
  }

  #receive(bytes: Uint8Array): void {
    if (this.#error !== undefined) return
    this.#lastReceived = performance.now()
    try {
      this.#session.receive(bytes)
    } catch (error) {
      this.#fail(endingError(error, `Cannot go on with ${this.url.shown}`))
    }
  }

  /** Wait for an answer of the server as long as it may take. A late server has lost us. */
  async #answered(what: ClientPurpose | 'connect', answer: Promise<void>): Promise<void> {
    const { answerTimeout = defaults.answerTimeout } = this.#options
    const overdue = (): void => {
      const step = this.#session.phase === 'handshaking' ? 'the handshake' : what
      this.#late(`it must answer ${step} within ${answerTimeout} ms`)
    }
    const timer = setTimeout(overdue, answerTimeout)
    try {
      await answer
    } finally {
      clearTimeout(timer)
    }
  }

  #checkDeadlines(): void {
    const now = performance.now()
    const { sendTimeout = defaults.sendTimeout, silenceTimeout } = this.#options
    if (this.#stall.stalledFor(now, this.#socket) > sendTimeout) {
      this.#late(`it must take what is sent to it within ${sendTimeout} ms`)
    } else if (silenceTimeout !== undefined && !this.#socket.isPaused() && now - this.#lastReceived > silenceTimeout) {
      this.#late(`it must send something within ${silenceTimeout} ms`)
    }
  }

  #late(rule: string): void {
    this.#fail(new ProtocolError('rtmp', 'timeout', `Cannot wait for ${this.url.shown} any longer: ${rule}`))
  }

  #lost(reason: string): ConnectionError {
    return new ConnectionError(`Cannot go on with ${this.url.shown}: ${reason}`)
  }

  #onSocketClosed(): void {
    this.#end(this.#lost('the server has closed the connection'))
    this.#closed.resolve()
  }

  #fail(error: ServerError): void {
    this.#end(error)
    this.#socket.destroy()
  }

  #end(error: ServerError): void {
    if (this.#error !== undefined) return
    this.#error = error
    clearInterval(this.#sweep)
    this.#options.signal?.removeEventListener('abort', this.#abort)
    for (const end of this.#endings) end(error)
  }
}

/** For those who publish. */
function noMedia(): void {}
