import { Agent, type IncomingHttpHeaders } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { ConnectionError, ProtocolError } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { ByteRange } from '../formats/m3u8/media-playlist.ts'
import { forOthers, type HttpAgents, type MediaResponseOptions, openResource } from './media-response.ts'
import { socketReason } from './socket-reason.ts'

export type FileFetcherOptions = MediaResponseOptions & {
  /** Whom we have been told to ask: `headers` and our certificate are for nobody else. */
  readonly host: string
  /** Time that a body may take. */
  readonly bodyTimeout: Milliseconds
  readonly onBytes: (size: Bytes) => void
}

/** The whole of a file, or of what was asked for of it. */
export type FetchedFile = {
  readonly bytes: Buffer
  /** Where it came from in the end: what it names is seen from there. */
  readonly url: URL
  readonly headers: IncomingHttpHeaders
}

const maxFileSize: Bytes = 128 * 1024 * 1024
const maxConnections = 8

/** Gets files, or parts of them, over connections that stay open. */
export class FileFetcher implements Disposable {
  readonly #options: FileFetcherOptions
  readonly #agents: HttpAgents = {
    plain: new Agent({ keepAlive: true, maxSockets: maxConnections }),
    secure: new SecureAgent({ keepAlive: true, maxSockets: maxConnections }),
  }

  constructor(options: FileFetcherOptions) {
    this.#options = options
  }

  /**
   * @throws {ConnectionError} @throws {RefusedError}
   * @throws {ProtocolError} If it is larger than 128 MiB.
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
          throw new ProtocolError('http', 'limit', `Cannot get ${shown}: a file has ${maxFileSize} bytes at most`)
        }
        pieces.push(piece)
      }
      return { bytes: Buffer.concat(pieces, size), url: source, headers: response.headers }
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
