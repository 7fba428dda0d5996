import { randomInt } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import type { Clock } from '../../contracts/clock.ts'
import { ConnectionError, endingError, ProtocolError, RefusedError, type ServerError } from '../../core/errors.ts'
import type { PeerAddress } from '../../core/peer-address.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { HandshakeFailure } from '../../protocols/srt/handshake-failure.ts'
import { microseconds } from '../../protocols/srt/microseconds.ts'
import { destinationOf, headerSize } from '../../protocols/srt/packet.ts'
import type { PayloadSink } from '../../protocols/srt/receiver.ts'
import type { SessionTicker } from '../../protocols/srt/session-ticker.ts'
import { type SrtEnd, SrtSession, type SrtSessionOptions } from '../../protocols/srt/srt-session.ts'
import type { SrtUrl } from '../../protocols/srt/srt-url.ts'
import { socketReason } from '../socket-reason.ts'
import { UdpEndpoint } from '../udp-endpoint.ts'
import { type FoundPeer, findPeer } from './found-peer.ts'
import { awaitCaller, greet, type Handshake } from './handshake.ts'

export type SrtClientOptions = {
  readonly clock: Clock
  readonly ticker: SessionTicker
  /** How long the peer may take until we are connected. A caller is waited for without end. */
  readonly connectTimeout: Milliseconds
  /** Ends the connection, from the first moment on. */
  readonly signal?: AbortSignal
  /** Somebody has called us who was not let in. */
  readonly onRefused?: (failure: HandshakeFailure, peer: PeerAddress) => void
}

const endings: Readonly<Record<SrtEnd, string>> = {
  left: 'the other side has ended the connection',
  lost: 'the other side has fallen silent',
  finished: 'the connection is closed',
}

/**
 * An SRT connection to the peer of a URL, over a socket of its own: moves packets between that and a session, and keeps
 * the time.
 */
export class SrtClient {
  readonly url: SrtUrl
  readonly #options: SrtClientOptions
  readonly #socketId = randomInt(1, 2 ** 30)
  readonly #connected = Promise.withResolvers<SrtSession>()
  readonly #ended = Promise.withResolvers<ServerError>()
  readonly #abort = (): void => this.#stop('it was aborted')
  #endpoint: UdpEndpoint | undefined
  #handshake: Handshake | undefined
  #session: SrtSession | undefined
  #peer: PeerAddress | undefined
  /** Why it is over; `undefined` while it is not. */
  #error: ServerError | undefined
  #onPayload: PayloadSink | undefined
  #hasPeerLeft = false
  /** Why we end it ourselves. */
  #stopReason: string | undefined
  /** What the peer has sent that could not be read. */
  #lastFault: string | undefined

  private constructor(url: SrtUrl, options: SrtClientOptions) {
    this.url = url
    this.#options = options
    // Whoever waits for it gets the error; nobody has to.
    this.#connected.promise.catch(() => undefined)
  }

  /**
   * Connect as the URL's mode says.
   *
   * @throws {ConnectionError} If there is no way to the peer, or it does not answer.
   * @throws {RefusedError} If it says no, or we do.
   */
  static async connect(url: SrtUrl, options: SrtClientOptions): Promise<SrtClient> {
    const client = new SrtClient(url, options)
    options.signal?.addEventListener('abort', client.#abort)
    if (options.signal?.aborted) client.#abort()
    void client.#open()
    try {
      await client.#connected.promise
      return client
    } catch (error) {
      await client.close()
      throw error
    }
  }

  /** For those who send; ours to tick. */
  get session(): SrtSession {
    if (this.#session === undefined) throw new Error('Cannot use a connection before it is one')
    return this.#session
  }

  /** Where the peer sends from. */
  get peer(): PeerAddress {
    if (this.#peer === undefined) throw new Error('Cannot tell the peer of a connection before it is one')
    return this.#peer
  }

  /** Who gets what the peer sends from now on, in order, and borrows it. To be said at once. */
  receive(onPayload: PayloadSink): void {
    this.#onPayload = onPayload
  }

  /** Why it is over; `undefined` while it is not. */
  get error(): ServerError | undefined {
    return this.#error
  }

  /** True once the peer has ended the connection in order. */
  get hasPeerLeft(): boolean {
    return this.#hasPeerLeft
  }

  /** Resolves when the connection is over, with what ended it. */
  get ended(): Promise<ServerError> {
    return this.#ended.promise
  }

  /** Let the peer get and play what was sent, and end. */
  async finish(): Promise<void> {
    this.#session?.finish()
    await this.#ended.promise
    await this.close()
  }

  /** End now. Idempotent. */
  async close(): Promise<void> {
    this.#stop(endings.finished)
    await this.#endpoint?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Called by the ticker. */
  tick(now: number): void {
    this.#handshake?.tick(now)
    this.#session?.tick(now)
  }

  async #open(): Promise<void> {
    try {
      const found = await findPeer(this.url)
      if (this.#isOver) return
      const endpoint = await UdpEndpoint.bind(found.local, {
        onPacket: (packet, from) => this.#receivePacket(packet, from),
        onError: error => this.#onSocketError(error),
      })
      this.#endpoint = endpoint
      if (found.peer !== undefined && !this.#isOver) await endpoint.connect(found.peer.port, found.peer.address)
      if (this.#isOver) await endpoint.close()
      else this.#shakeHands(found)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      this.#end(this.#failure(socketReason(error)))
    }
  }

  #shakeHands({ peer }: FoundPeer): void {
    const { clock, connectTimeout, ticker } = this.#options
    const beginning = {
      socketId: this.#socketId,
      startedAt: microseconds(clock),
      timeout: connectTimeout * 1000,
    }
    const handler = {
      transmit: (packet: Uint8Array, to: PeerAddress) => this.#transmit(packet, to),
      onConnected: (session: SrtSessionOptions, from: PeerAddress) => this.#begin(session, from),
      onFailed: (failure: HandshakeFailure) => this.#end(this.#refusal(failure)),
      onRefused: (failure: HandshakeFailure, from: PeerAddress) => this.#options.onRefused?.(failure, from),
    }
    this.#peer = peer
    const isCalled = peer !== undefined
    this.#handshake = isCalled ? greet(this.url, peer, beginning, handler) : awaitCaller(this.url, beginning, handler)
    ticker.add(this)
  }

  #begin(options: SrtSessionOptions, peer: PeerAddress): void {
    if (this.#isOver) return
    this.#peer = peer
    const handler = {
      transmit: (packet: Uint8Array) => this.#transmit(packet, peer),
      onPayload: (payload: Uint8Array, isBehindLoss: boolean) => this.#onPayload?.(payload, isBehindLoss),
      onEnd: (end: SrtEnd) => {
        this.#hasPeerLeft = end === 'left'
        this.#end(this.#failure(this.#stopReason ?? endings[end]))
      },
    }
    const { reorderTolerance = 0, maxBandwidth = 0 } = this.url
    const limits = { reorderTolerance, maxBandwidth }
    this.#session = new SrtSession({ ...options, limits }, handler, microseconds(this.#options.clock))
    this.#connected.resolve(this.#session)
  }

  /** Keys may be ready when it is over. */
  #transmit(packet: Uint8Array, to: PeerAddress): void {
    if (!this.#isOver) this.#endpoint?.send(packet, to.port, to.address)
  }

  #receivePacket(packet: Uint8Array, from: RemoteInfo): void {
    const now = microseconds(this.#options.clock)
    try {
      this.#handshake?.receive(packet, now, from)
      if (this.#isFromPeer(packet, from)) this.#session?.receive(packet, now)
    } catch (error) {
      if (error instanceof ProtocolError) this.#lastFault = error.message
      else this.#end(endingError(error, `Cannot go on with ${this.url.shown}`))
    }
  }

  #isFromPeer(packet: Uint8Array, { address, port }: RemoteInfo): boolean {
    const isFromThere = this.#peer?.address === address && this.#peer.port === port
    return isFromThere && packet.length >= headerSize && destinationOf(packet) === this.#socketId
  }

  /** The peer of a rendezvous may not be there yet, and one that was heard falls silent if it is gone. */
  #onSocketError(error: NodeJS.ErrnoException): void {
    const isExpected = error.code === 'ECONNREFUSED' && this.url.mode !== 'caller'
    if (this.#session === undefined && !isExpected) this.#end(this.#failure(socketReason(error)))
  }

  #refusal({ status, reason }: HandshakeFailure): ServerError {
    if (status !== undefined) return new RefusedError(status, this.#failure(reason).message)
    return this.#failure(
      this.#lastFault === undefined ? reason : `${reason}, but sent what is none: ${this.#lastFault}`,
    )
  }

  #failure(reason: string): ConnectionError {
    const what = this.#session === undefined ? 'connect to' : 'go on with'
    return new ConnectionError(`Cannot ${what} ${this.url.shown}: ${reason}`)
  }

  #stop(reason: string): void {
    if (this.#isOver) return
    this.#stopReason = reason
    if (this.#session === undefined) this.#end(this.#failure(reason))
    else this.#session.close(microseconds(this.#options.clock))
  }

  /** May become true while something else is waited for. */
  get #isOver(): boolean {
    return this.#error !== undefined
  }

  #end(error: ServerError): void {
    if (this.#isOver) return
    this.#error = error
    this.#options.ticker.delete(this)
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#connected.reject(error)
    this.#ended.resolve(error)
    void this.#endpoint?.close()
  }
}
