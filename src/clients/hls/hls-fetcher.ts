import { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { ConnectionError, ProtocolError } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { ByteRange } from '../../formats/m3u8/media-playlist.ts'
import { forOthers, type HttpAgents, type MediaResponseOptions, openResource } from '../media-response.ts'
import { socketReason } from '../socket-reason.ts'

export type HlsFetcherOptions = MediaResponseOptions & {
  /** Where the stream is: `headers` and our certificate are for nobody else. */
  readonly host: string
  /** Time that a body may take. */
  readonly bodyTimeout: Milliseconds
  readonly onBytes: (size: Bytes) => void
}

/** The whole of a file, and where it came from in the end: what it names is seen from there. */
export type FetchedFile = { readonly bytes: Buffer; readonly url: URL }

const maxFileSize: Bytes = 128 * 1024 * 1024
const maxConnections = 8

/** Gets playlists, keys and segments, over connections that stay open. */
export class HlsFetcher implements Disposable {
  readonly #options: HlsFetcherOptions
  readonly #agents: HttpAgents = {
    plain: new Agent({ keepAlive: true, maxSockets: maxConnections }),
    secure: new SecureAgent({ keepAlive: true, maxSockets: maxConnections }),
  }

  constructor(options: HlsFetcherOptions) {
    this.#options = options
  }

  /**
   * @throws {ConnectionError} @throws {RefusedError}
   * @throws {ProtocolError} If it is larger than any segment.
   */
  async get(url: URL, range?: ByteRange): Promise<FetchedFile> {
    const shown = `${url.protocol}//${url.host}/…`
    const options = { ...this.#options, agents: this.#agents, range }
    const told = url.host === this.#options.host ? options : forOthers(options)
    const { response, url: source } = await openResource(url, shown, told)
    const giveUp = (): void => void response.destroy(new Error('it took too long'))
    const timer = setTimeout(giveUp, this.#options.bodyTimeout)
    const pieces: Buffer[] = []
    let size = 0
    try {
      for await (const piece of response as AsyncIterable<Buffer>) {
        this.#options.onBytes(piece.length)
        size += piece.length
        if (size > maxFileSize) {
          throw new ProtocolError('hls', 'limit', `Cannot get ${shown}: a file has ${maxFileSize} bytes at most`)
        }
        pieces.push(piece)
      }
      return { bytes: Buffer.concat(pieces, size), url: source }
    } catch (error) {
      if (error instanceof ProtocolError || !(error instanceof Error)) throw error
      throw new ConnectionError(`Cannot get ${shown}: ${socketReason(error)}`)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Closes the connections. */
  [Symbol.dispose](): void {
    this.#agents.plain.destroy()
    this.#agents.secure.destroy()
  }
}
