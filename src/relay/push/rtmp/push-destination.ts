import { clientChunkSize, RtmpClient, type RtmpClientOptions } from '../../../clients/rtmp/rtmp-client.ts'
import type { Clock } from '../../../contracts/clock.ts'
import type { EventSink } from '../../../contracts/events.ts'
import type { Log } from '../../../contracts/log.ts'
import type { RelayState, RelayStatus } from '../../../contracts/relays.ts'
import type { WireFormat } from '../../../contracts/wire-format.ts'
import { Backoff, type BackoffLimits } from '../../../core/backoff.ts'
import { ServerError } from '../../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { Stream } from '../../../hub/stream.ts'
import { WireReader } from '../../../hub/wire-reader.ts'
import type { PlayerFormats } from '../../../protocols/rtmp/player-formats.ts'
import { playerProfile } from '../../../protocols/rtmp/player-profile.ts'
import type { RtmpUrl } from '../../../protocols/rtmp/rtmp-url.ts'
import { DestinationSink } from './destination-sink.ts'

/** What destinations are given. */
export type PushContext = {
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
  readonly client: RtmpClientOptions
  readonly retry: BackoffLimits
  /** What destinations are sent, shared with players. */
  readonly formats: PlayerFormats
}

/** A connection that has sent for so long has worked: the next failure is a first one. */
const stableTime: Milliseconds = 30_000

/** Why sending is over: the stream has ended, the server wants us elsewhere, or something failed. */
type Ending = 'ended' | 'moved' | ServerError

/**
 * Sends one stream on to one server, and keeps doing so until the stream ends: as a reader like any player, it starts at
 * a key frame with headers and metadata, and skips to the newest one when the server is too slow.
 */
export class PushDestination {
  readonly stream: Stream
  readonly #id: string
  readonly #url: RtmpUrl
  readonly #context: PushContext
  readonly #backoff: Backoff
  readonly #stop = new AbortController()
  #done: Promise<void> | undefined
  /** Where the server has asked us to go; `undefined` where we were told to go. */
  #movedTo: RtmpUrl | undefined
  #state: RelayState = 'idle'
  #since: Milliseconds
  #retryAt: Milliseconds = 0
  #failures = 0
  #lastError: string | undefined
  #reader: WireReader | undefined
  /** Of the connections before. */
  readonly #sentBefore: { bytes: Bytes; framesDropped: number } = { bytes: 0, framesDropped: 0 }

  constructor(id: string, stream: Stream, url: RtmpUrl, context: PushContext) {
    this.stream = stream
    this.#id = id
    this.#url = url
    this.#context = context
    this.#backoff = new Backoff(context.retry)
    this.#since = context.clock.wall()
  }

  get isSending(): boolean {
    return this.#state === 'sending'
  }

  get status(): RelayStatus {
    const { bytesSent = 0, framesDropped = 0 } = this.#reader?.counters ?? {}
    return {
      direction: 'push',
      stream: this.stream.name,
      url: this.#url.shown,
      state: this.#state,
      since: this.#since,
      lastError: this.#lastError,
      failures: this.#failures,
      retryIn: this.#state === 'waiting' ? Math.max(0, this.#retryAt - this.#context.clock.now()) : undefined,
      bytes: this.#sentBefore.bytes + bytesSent,
      framesDropped: this.#sentBefore.framesDropped + framesDropped,
    }
  }

  /** Resolves when the stream has ended, or `close` was called. */
  run(): Promise<void> {
    this.#done ??= this.#run()
    return this.#done
  }

  /** Say why nothing is sent: the place is taken. */
  setOccupied(reason: string): void {
    this.#lastError = reason
    this.#enter('failed')
  }

  /** End politely. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted && this.stream.publication !== undefined) {
      const ending = await this.#attempt(this.#movedTo ?? this.#url)
      if (ending === 'ended') break
      if (ending !== 'moved') await this.#pause(ending)
    }
    this.#enter('idle')
  }

  async #attempt(url: RtmpUrl): Promise<Ending> {
    this.#enter('connecting')
    const ending = Promise.withResolvers<Ending>()
    const onReconnectRequest = (next: RtmpUrl): void => {
      this.#movedTo = next
      ending.resolve('moved')
    }
    const { signal } = this.#stop
    const stop = (): void => ending.resolve('ended')
    const opening = new AbortController()
    const giveUp = (): void => opening.abort()
    signal.addEventListener('abort', giveUp)
    try {
      await using client = await RtmpClient.connect(url, {
        ...this.#context.client,
        onReconnectRequest,
        signal: opening.signal,
      })
      const stream = await client.start('publish', { onEnd: error => ending.resolve(error ?? 'ended') })
      signal.removeEventListener('abort', giveUp)
      signal.addEventListener('abort', stop)
      const result = await this.#send(client, stream.id ?? 0, ending)
      stream.close()
      return result
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      return error
    } finally {
      signal.removeEventListener('abort', giveUp)
      signal.removeEventListener('abort', stop)
    }
  }

  /** Send until something ends it. A server is sent what it has announced, or all there is if it says nothing. */
  async #send(client: RtmpClient, streamId: number, ending: PromiseWithResolvers<Ending>): Promise<Ending> {
    const { formats } = this.#context
    const format = formats.open(playerProfile({ enhanced: client.capabilities, flashVer: '' }, 'enhanced'))
    const chunks = { streamId, chunkSize: clientChunkSize }
    const sink = new DestinationSink(client.socket, format.profile, chunks, () => ending.resolve('ended'))
    this.#startSending(format.wireFormat, sink)
    const result = await ending.promise
    this.#stopSending(result)
    formats.close(format)
    return result
  }

  #startSending(wireFormat: WireFormat, sink: DestinationSink): void {
    const { clock, log, events } = this.#context
    this.#enter('sending')
    const info = {
      ...{ id: this.#id, protocol: 'relay', peer: this.#url.shown, since: clock.wall() },
      isPart: true as const,
    }
    this.#reader = new WireReader(this.stream, wireFormat, info, sink)
    log.info('RELAY_STARTED', 'Sends the stream on', this.#fields)
    events.emit({ type: 'relay.started', ...this.#fields })
  }

  #stopSending(ending: Ending): void {
    const { clock, log, events } = this.#context
    const { bytesSent = 0, framesDropped = 0 } = this.#reader?.counters ?? {}
    this.#sentBefore.bytes += bytesSent
    this.#sentBefore.framesDropped += framesDropped
    this.#reader?.close()
    this.#reader = undefined
    if (clock.wall() - this.#since >= stableTime) this.#backoff.reset()
    if (ending instanceof ServerError) return
    const reason = ending === 'moved' ? 'The server asks to reconnect' : 'Stream ended'
    log.info('RELAY_STOPPED', `Sends the stream on no more: ${reason}`, this.#fields)
    events.emit({ type: 'relay.stopped', ...this.#fields, reason })
  }

  /** Wait before the next attempt, which begins where we were told to go. */
  async #pause(error: ServerError): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted) return
    const { clock, log, events } = this.#context
    const retryIn = this.#backoff.next()
    this.#movedTo = undefined
    this.#failures++
    this.#lastError = error.message
    this.#retryAt = clock.now() + retryIn
    this.#enter('waiting')
    log.warn('RELAY_FAILED', error.message, { ...this.#fields, retryInMs: retryIn })
    events.emit({ type: 'relay.failed', ...this.#fields, reason: error.message })
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = clock.after(retryIn, resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    timer.cancel()
  }

  get #fields(): { readonly direction: 'push'; readonly stream: string; readonly url: string } {
    return { direction: 'push', stream: this.stream.name, url: this.#url.shown }
  }

  #enter(state: RelayState): void {
    this.#state = state
    this.#since = this.#context.clock.wall()
  }
}
