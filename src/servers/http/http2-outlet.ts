import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Bytes } from '../../core/units.ts'
import type { ViewerOutlet } from './viewer-outlet.ts'

/** The body of a response over HTTP/2. What waits for the client's windows counts as waiting here. RFC 9113 §5.2. */
export class Http2Outlet implements ViewerOutlet {
  readonly #stream: ServerHttp2Stream
  bytesWritten: Bytes = 0

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  get writableLength(): Bytes {
    return this.#stream.writableLength
  }

  write(bytes: Uint8Array): void {
    // The client may have taken its leave, and the hub not heard of it yet.
    if (!this.#stream.writable) return
    this.bytesWritten += bytes.length
    this.#stream.write(bytes)
  }

  destroy(): void {
    cancel(this.#stream)
  }

  once(event: 'close', listener: () => void): void {
    this.#stream.once(event, listener)
  }
}

/** End a response that is not complete, at once and also where the connection takes nothing any more. */
export function cancel(stream: ServerHttp2Stream): void {
  stream.close(constants.NGHTTP2_CANCEL)
  stream.destroy()
}
