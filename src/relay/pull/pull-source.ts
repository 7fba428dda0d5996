import { RtmpClient, type RtmpClientOptions } from '../../../clients/rtmp/rtmp-client.ts'
import type { Participant } from '../../../contracts/events.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import type { RelayStatus } from '../../../contracts/relays.ts'
import { ConnectionError, ProtocolError, ServerError } from '../../../core/errors.ts'
import type { Bytes } from '../../../core/units.ts'
import type { TagType } from '../../../formats/flv/tag-header.ts'
import type { StreamRegistry } from '../../../hub/stream-registry.ts'
import type { RtmpUrl } from '../../../protocols/rtmp/rtmp-url.ts'
import { type AttemptResult, type RelayContext, RelayLoop } from '../../relay-loop.ts'
import { PulledStream } from './pulled-stream.ts'

/** What sources are given. */
export type PullContext = RelayContext & {
  readonly registry: StreamRegistry
  readonly client: RtmpClientOptions
}

export type PullSourceOptions = {
  readonly id: string
  readonly name: string
  readonly url: RtmpUrl
  readonly settings: PublishSettings
}

/** Plays one stream from another server and publishes it here, until it is closed. */
export class PullSource {
  readonly #options: PullSourceOptions
  readonly #context: PullContext
  readonly #loop: RelayLoop
  /** Where the server has asked us to go; `undefined` where we were told to go. */
  #movedTo: RtmpUrl | undefined
  #client: RtmpClient | undefined
  /** Over the connections before. */
  #receivedBefore: Bytes = 0

  constructor(options: PullSourceOptions, context: PullContext) {
    this.#options = options
    this.#context = context
    this.#loop = new RelayLoop({ direction: 'pull', stream: options.name, url: options.url.shown }, context)
  }

  get status(): RelayStatus {
    const bytes = this.#receivedBefore + (this.#client?.bytesReceived ?? 0)
    return { ...this.#loop.status, bytes, framesDropped: 0, tracksLeftOut: [] }
  }

  /** Resolves when `close` was called. */
  run(): Promise<void> {
    return this.#loop.run(() => this.#attempt())
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#loop.close()
  }

  async #attempt(): Promise<AttemptResult> {
    const url = this.#movedTo ?? this.#options.url
    this.#movedTo = undefined
    const ending = Promise.withResolvers<AttemptResult>()
    const pulled = this.#pulledStream(reason => ending.resolve(this.#failure(reason)))
    try {
      return await this.#play(url, pulled, ending)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      return this.#loop.signal.aborted ? 'done' : error
    } finally {
      this.#leave(pulled)
    }
  }

  async #play(url: RtmpUrl, pulled: PulledStream, ending: PromiseWithResolvers<AttemptResult>): Promise<AttemptResult> {
    const onReconnectRequest = (next: RtmpUrl): void => {
      this.#movedTo = next
      ending.resolve('again')
    }
    const onMedia = (type: TagType, timestamp: number, payload: Uint8Array): void => {
      try {
        pulled.write(type, timestamp, payload)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        ending.resolve(error)
      }
    }
    const { signal } = this.#loop
    await using client = await RtmpClient.connect(url, { ...this.#context.client, onReconnectRequest, signal })
    this.#client = client
    const onEnd = (error: ServerError | undefined): void =>
      ending.resolve(signal.aborted ? 'done' : (error ?? this.#failure('the stream has ended there')))
    await client.start('play', { onMedia, onEnd })
    return await ending.promise
  }

  #pulledStream(onRefused: (reason: string) => void): PulledStream {
    const { id, name, url, settings } = this.#options
    const { registry, clock, events } = this.#context
    const info = { id, protocol: 'rtmp', peer: url.shown, since: clock.wall() }
    const onPublished = (): void => {
      this.#loop.started('receiving')
      events.emit({ type: 'publish.started', stream: name, ...this.#participant })
    }
    return new PulledStream({ name, info, registry, settings, onPublished, onRefused })
  }

  /** A connection is over: give the name back. */
  #leave(pulled: PulledStream): void {
    this.#receivedBefore += this.#client?.bytesReceived ?? 0
    this.#client = undefined
    pulled.close()
    if (pulled.publication === undefined) return
    const reason = this.#loop.signal.aborted ? 'nobody needs it any more' : 'the connection is over'
    const summary = pulled.publication.summary(this.#loop.stopped(reason))
    const { name: stream } = this.#options
    this.#context.events.emit({ type: 'publish.stopped', stream, reason, ...this.#participant, ...summary })
  }

  get #participant(): Participant {
    const { id, url } = this.#options
    return { connection: id, protocol: 'rtmp', peer: url.shown, url: '', query: '' }
  }

  #failure(reason: string): ServerError {
    return new ConnectionError(`Cannot pull ${this.#options.name}: ${reason}`)
  }
}
