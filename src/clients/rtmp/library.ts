import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import { tagTypes } from '../../formats/flv/tag-header.ts'
import type { ClientStream } from '../../protocols/rtmp/client-stream.ts'
import type { EnhancedCapabilities } from '../../protocols/rtmp/enhanced-capabilities.ts'
import { formatRtmpUrl, parseRtmpUrl } from '../../protocols/rtmp/rtmp-url.ts'
import { RtmpClient, type RtmpClientOptions } from './rtmp-client.ts'
import { TagQueue } from './tag-queue.ts'

/** What the package exports as `sluice/rtmp`; see docs/library.md. */

export { ConnectionError, ProtocolError, RefusedError, UrlError } from '../../core/errors.ts'
export type { EnhancedCapabilities, FlvTag }
export { tagTypes }

export type ConnectOptions = Omit<RtmpClientOptions, 'onReconnectRequest'> & {
  /** The server wants us to connect anew, to this URL, and goes on until we do. */
  readonly onReconnectRequest?: (url: string) => void
}

/**
 * Connect to `rtmp://` or `rtmps://HOST[:PORT]/APP/KEY`.
 *
 * @throws {UrlError} If it is no such URL.
 * @throws {ConnectionError} If the network does not lead there, or TLS finds no trust.
 * @throws {RefusedError} If the server does not let us in, with its words.
 * @throws {ProtocolError} If it speaks no RTMP, or is too slow.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<RtmpConnection> {
  const { onReconnectRequest, ...rest } = options
  const forwarded = onReconnectRequest && {
    onReconnectRequest: (next: Parameters<typeof formatRtmpUrl>[0]) => onReconnectRequest(formatRtmpUrl(next)),
  }
  return new RtmpConnection(await RtmpClient.connect(parseRtmpUrl(url), { ...rest, ...forwarded }))
}

/** A connection to an RTMP server, which publishes or plays the key of its URL. */
export class RtmpConnection implements AsyncDisposable {
  readonly #client: RtmpClient

  /** For `connect` only. */
  constructor(client: RtmpClient) {
    this.#client = client
  }

  /** What the server has said of Enhanced RTMP: the codecs that it takes by FourCC, and what else it understands. */
  get capabilities(): EnhancedCapabilities {
    return this.#client.capabilities
  }

  /** @throws {RefusedError} If the server says no, with its words. */
  async publish(): Promise<RtmpPublication> {
    const end: { error?: Error } = {}
    const stream = await this.#client.start('publish', {
      onEnd: error => {
        if (error !== undefined) end.error = error
      },
    })
    return new RtmpPublication(this.#client, stream, end)
  }

  /**
   * The tags of the stream as they come. While nobody takes them, nothing is read, and the server has to wait or to
   * skip. The iteration ends when the stream does, and throws when the connection is lost.
   *
   * @throws {RefusedError} If the server says no, with its words.
   */
  async play(): Promise<AsyncIterableIterator<FlvTag>> {
    const client = this.#client
    const queue: TagQueue = new TagQueue({
      setFlowing: isFlowing => client.setReading(isFlowing),
      stop: async () => {
        client.setReading(true)
        stream.close()
      },
    })
    const stream = await client.start('play', {
      onMedia: (type, timestamp, body) => queue.push({ type, timestamp, body }),
      onEnd: error => queue.end(error),
    })
    return queue
  }

  /** Let the server read what was sent, and end. Idempotent. */
  async close(): Promise<void> {
    await this.#client.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The right to send a stream. */
export class RtmpPublication {
  readonly #client: RtmpClient
  readonly #stream: ClientStream
  readonly #end: { readonly error?: Error }

  /** For `RtmpConnection` only. */
  constructor(client: RtmpClient, stream: ClientStream, end: { readonly error?: Error }) {
    this.#client = client
    this.#stream = stream
    this.#end = end
  }

  /**
   * Send tags, all in one write. Resolves when the socket can take more: whoever waits for it never fills the memory.
   * Bodies are borrowed until then.
   *
   * @throws {ServerError} If the server has ended the stream, or the connection is lost.
   */
  async write(...tags: readonly FlvTag[]): Promise<void> {
    if (this.#end.error !== undefined) throw this.#end.error
    const { socket } = this.#client
    socket.cork()
    for (const { type, timestamp, body } of tags) this.#stream.write(type, timestamp, body)
    socket.uncork()
    await this.#client.drained()
  }

  /** Tell the server that the stream is over. Idempotent. */
  close(): void {
    this.#stream.close()
  }
}
