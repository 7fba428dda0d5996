import type { IncomingMessage } from 'node:http'
import { type MediaResponseOptions, openMediaResponse } from '../../../clients/media-response.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import { ConnectionError, type ServerError } from '../../../core/errors.ts'
import type { Bytes } from '../../../core/units.ts'
import type { PullInput } from '../pull-input.ts'
import { PulledBytes, type PulledBytesContext } from '../pulled-bytes.ts'
import type { PulledStream } from '../pulled-stream.ts'
import type { HttpTsUrl } from './http-ts-url.ts'

/** How the server is treated. */
export type HttpTsInputOptions = Omit<MediaResponseOptions, 'signal'>

/** A transport stream from a web server, in the body of an answer that does not end. */
export class HttpTsInput implements PullInput {
  readonly protocol = 'http-ts'
  readonly #url: HttpTsUrl
  readonly #context: PulledBytesContext
  readonly #options: HttpTsInputOptions
  #bytesReceived: Bytes = 0

  constructor(url: HttpTsUrl, context: PulledBytesContext, options: HttpTsInputOptions) {
    this.#url = url
    this.#context = context
    this.#options = options
  }

  get bytesReceived(): Bytes {
    return this.#bytesReceived
  }

  async play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<ServerError> {
    const { url, shown } = this.#url
    const response = await openMediaResponse(url, shown, { ...this.#options, signal })
    const pulled = new PulledBytes(stream, settings, this.#context)
    try {
      return await Promise.race([pulled.failed, this.#read(response, pulled, stream.name)])
    } finally {
      response.destroy()
      pulled.close()
    }
  }

  #read(response: IncomingMessage, pulled: PulledBytes, name: string): Promise<ServerError> {
    const { promise, resolve } = Promise.withResolvers<ServerError>()
    const end = (reason: string): void => resolve(new ConnectionError(`Cannot pull ${name}: ${reason}`))
    response.on('data', (bytes: Buffer) => {
      this.#bytesReceived += bytes.length
      pulled.write(bytes)
    })
    response.on('end', () => end('the stream has ended there'))
    response.on('error', () => end('the connection has broken off'))
    return promise
  }
}
