import { RtmpClient, type RtmpClientOptions } from '../../../clients/rtmp/rtmp-client.ts'
import type { Clock } from '../../../contracts/clock.ts'
import type { EventSink, Participant } from '../../../contracts/events.ts'
import type { Log } from '../../../contracts/log.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import type { RelayState, RelayStatus } from '../../../contracts/relays.ts'
import { Backoff, type BackoffLimits } from '../../../core/backoff.ts'
import { ConnectionError, ProtocolError, ServerError } from '../../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { StreamRegistry } from '../../../hub/stream-registry.ts'
import type { RtmpUrl } from '../../../protocols/rtmp/rtmp-url.ts'
import { PulledStream } from './pulled-stream.ts'

/** What sources are given. */
export type PullContext = {
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
  readonly client: RtmpClientOptions
  readonly retry: BackoffLimits
}

export type PullSourceOptions = {
  readonly id: string
  readonly name: string
  readonly url: RtmpUrl
  readonly settings: PublishSettings
}

/** A connection that has brought media for so long has worked: the next failure is a first one. */
const stableTime: Milliseconds = 30_000

/** Why a connection is over: nobody wants it any more, the server wants us elsewhere, or something failed. */
type Ending = 'unwanted' | 'moved' | ServerError

/** Plays one stream from another server and publishes it here, until it is closed. */
export class PullSource {
  readonly #options: PullSourceOptions
  readonly #context: PullContext
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
  #client: RtmpClient | undefined
  #receivedBefore: Bytes = 0

  constructor(options: PullSourceOptions, context: PullContext) {
    this.#options = options
    this.#context = context
    this.#backoff = new Backoff(context.retry)
    this.#since = context.clock.wall()
  }

  get status(): RelayStatus {
    return {
      direction: 'pull',
      stream: this.#options.name,
      url: this.#options.url.shown,
      state: this.#state,
      since: this.#since,
      lastError: this.#lastError,
      failures: this.#failures,
      retryIn: this.#state === 'waiting' ? Math.max(0, this.#retryAt - this.#context.clock.now()) : undefined,
      bytes: this.#receivedBefore + (this.#client?.bytesReceived ?? 0),
      framesDropped: 0,
    }
  }

  /** Resolves when `close` was called. */
  run(): Promise<void> {
    this.#done ??= this.#run()
    return this.#done
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const ending = await this.#attempt(this.#movedTo ?? this.#options.url)
      if (ending instanceof ServerError) await this.#pause(ending)
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
    const pulled = this.#pulledStream(reason => ending.resolve(this.#failure(reason)))
    const stop = (): void => ending.resolve('unwanted')
    signal.addEventListener('abort', stop)
    try {
      await using client = await RtmpClient.connect(url, { ...this.#context.client, onReconnectRequest, signal })
      this.#client = client
      await client.start('play', {
        onMedia: (type, timestamp, payload) => {
          try {
            pulled.write(type, timestamp, payload)
          } catch (error) {
            if (!(error instanceof ProtocolError)) throw error
            ending.resolve(error)
          }
        },
        onEnd: error => ending.resolve(error ?? this.#failure('the stream has ended there')),
      })
      return await ending.promise
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      return signal.aborted ? 'unwanted' : error
    } finally {
      signal.removeEventListener('abort', stop)
      this.#leave(pulled)
    }
  }

  #pulledStream(onRefused: (reason: string) => void): PulledStream {
    const { id, name, url, settings } = this.#options
    const { registry, clock, log, events } = this.#context
    const info = { id, protocol: 'rtmp', peer: url.shown, since: clock.wall() }
    const onPublished = (): void => {
      this.#enter('receiving')
      log.info('RELAY_STARTED', 'Pulls the stream', this.#fields)
      events.emit({ type: 'relay.started', ...this.#fields })
      events.emit({ type: 'publish.started', stream: name, ...this.#participant })
    }
    return new PulledStream({ name, info, registry, settings, onPublished, onRefused })
  }

  get #participant(): Participant {
    const { id, url } = this.#options
    return { connection: id, protocol: 'rtmp', peer: url.shown, url: '', query: '' }
  }

  /** A connection is over: give the name back. */
  #leave(pulled: PulledStream): void {
    const { clock, log, events } = this.#context
    this.#receivedBefore += this.#client?.bytesReceived ?? 0
    this.#client = undefined
    pulled.close()
    if (pulled.publication === undefined) return
    const publishedFor = clock.wall() - this.#since
    if (publishedFor >= stableTime) this.#backoff.reset()
    const reason = this.#stop.signal.aborted ? 'Nobody needs it any more' : 'The connection is over'
    log.info('RELAY_STOPPED', `Pulls the stream no more: ${reason}`, this.#fields)
    events.emit({ type: 'relay.stopped', ...this.#fields, reason })
    const summary = pulled.publication.summary(publishedFor)
    events.emit({ type: 'publish.stopped', stream: this.#options.name, reason, ...this.#participant, ...summary })
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

  #failure(reason: string): ServerError {
    return new ConnectionError(`Cannot pull ${this.#options.name}: ${reason}`)
  }

  get #fields(): { readonly direction: 'pull'; readonly stream: string; readonly url: string } {
    return { direction: 'pull', stream: this.#options.name, url: this.#options.url.shown }
  }

  #enter(state: RelayState): void {
    this.#state = state
    this.#since = this.#context.clock.wall()
  }
}
