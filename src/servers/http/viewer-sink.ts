import type { Socket } from 'node:net'
import type { Bytes } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { EndReason } from '../../hub/subscriber.ts'
import type { JoinPoint, WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import type { StreamFraming } from './stream-framing.ts'
import type { StreamOpening } from './stream-opening.ts'

export type ViewerSinkOptions = {
  readonly socket: Socket
  readonly stream: Stream
  readonly framing: StreamFraming
  readonly opening: StreamOpening
}

/**
 * The socket of one viewer, over HTTP past the head of the response or over WebSocket past its handshake: the shared
 * bytes, framed once for all viewers of a kind.
 */
export class ViewerSink implements WireSink {
  readonly #socket: Socket
  readonly #stream: Stream
  readonly #framing: StreamFraming
  readonly isSecure = false
  readonly #onEnd: (reason: EndReason) => void
  readonly #opening: StreamOpening
  /** What the socket had carried before. */
  readonly #bytesBefore: Bytes

  /** @param onEnd The hub has ended the viewer. */
  constructor({ socket, stream, framing, opening }: ViewerSinkOptions, onEnd: (reason: EndReason) => void) {
    this.#socket = socket
    this.#stream = stream
    this.#framing = framing
    this.#opening = opening
    this.#onEnd = onEnd
    this.#bytesBefore = socket.bytesWritten
  }

  get isBusy(): boolean {
    return this.#socket.writableLength > 0
  }

  get needsSettledStream(): boolean {
    return this.#opening.isFirst
  }

  get bytesSent(): Bytes {
    return this.#socket.bytesWritten - this.#bytesBefore
  }

  start(join: JoinPoint): void {
    const bytes = this.#opening.encode(join, this.#stream.tracks)
    if (bytes.length > 0) this.#socket.write(this.#framing.encode(bytes))
  }

  write(run: WireRun): void {
    this.#socket.write(this.#framing.encodeRun(run))
  }

  /** The viewer sees that nothing comes; no format has words for it. */
  publisherLeft(): void {}

  publisherReturned(): void {}

  end(reason: EndReason): void {
    this.#onEnd(reason)
  }
}
