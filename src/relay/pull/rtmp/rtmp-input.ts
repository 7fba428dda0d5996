import { RtmpClient, type RtmpClientOptions } from '../../../clients/rtmp/rtmp-client.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import { ConnectionError, endingError, type ServerError } from '../../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { TagType } from '../../../formats/flv/tag-header.ts'
import type { RtmpUrl } from '../../../protocols/rtmp/rtmp-url.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import type { PullInput } from '../pull-input.ts'
import type { PulledStream } from '../pulled-stream.ts'
import { PulledMessages } from './pulled-messages.ts'

export type RtmpInputOptions = {
  /** How the server is treated. */
  readonly client: RtmpClientOptions
  /** Time that it may send nothing. */
  readonly silenceTimeout: Milliseconds
}

/** Plays a stream from an RTMP server. */
export class RtmpInput implements PullInput {
  readonly protocol = 'rtmp'
  readonly #url: RtmpUrl
  readonly #options: RtmpInputOptions
  /** Where the server has asked us to go; `undefined` where we were told to go. */
  #movedTo: RtmpUrl | undefined
  #client: RtmpClient | undefined
  /** Over the connections before. */
  #receivedBefore: Bytes = 0

  constructor(url: RtmpUrl, options: RtmpInputOptions) {
    this.#url = url
    this.#options = options
  }

  get bytesReceived(): Bytes {
    return this.#receivedBefore + (this.#client?.bytesReceived ?? 0)
  }

  async play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<AttemptResult> {
    const url = this.#movedTo ?? this.#url
    this.#movedTo = undefined
    const messages = new PulledMessages(stream, settings)
    const ended = new ConnectionError(`Cannot pull ${stream.name}: the stream has ended there`)
    try {
      return await this.#play(url, messages, ended, signal)
    } finally {
      messages.flush()
      this.#receivedBefore += this.#client?.bytesReceived ?? 0
      this.#client = undefined
    }
  }

  async #play(url: RtmpUrl, messages: PulledMessages, ended: ServerError, signal: AbortSignal): Promise<AttemptResult> {
    const ending = Promise.withResolvers<AttemptResult>()
    const onReconnectRequest = (next: RtmpUrl): void => {
      this.#movedTo = next
      ending.resolve('again')
    }
    const onMedia = (type: TagType, timestamp: number, payload: Uint8Array): void => {
      try {
        messages.write(type, timestamp, payload)
      } catch (error) {
        ending.resolve(endingError(error, `Cannot pull ${url.shown}`))
      }
    }
    const { client: options, silenceTimeout } = this.#options
    await using client = await RtmpClient.connect(url, { ...options, silenceTimeout, onReconnectRequest, signal })
    this.#client = client
    await client.start('play', { onMedia, onEnd: error => ending.resolve(error ?? ended) })
    return await ending.promise
  }
}
