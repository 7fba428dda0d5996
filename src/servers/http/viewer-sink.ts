import type { Socket } from 'node:net'
import type { Bytes } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { EndReason } from '../../hub/subscriber.ts'
import type { JoinPoint, WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import { FlvOpening } from './flv-opening.ts'
import type { StreamFraming } from './stream-framing.ts'

/**
 * The socket of one viewer of FLV, over HTTP past the head of the response or over WebSocket past its opening: the
 * shared bytes, framed once for all viewers of a kind.
 */
export class FlvSink implements WireSink {
  readonly #socket: Socket
  readonly #stream: Stream
  readonly #framing: StreamFraming
  readonly #onEnd: (reason: EndReason) => void
  readonly #opening = new FlvOpening()
  /** What the socket had carried before. */
  readonly #bytesBefore: Bytes

  constructor(socket: Socket, stream: Stream, framing: StreamFraming, onEnd: (reason: EndReason) => void) {
    this.#socket = socket
    this.#stream = stream
    this.#framing = framing
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

  /** The viewer sees that nothing comes; FLV has no words for it. */
  publisherLeft(): void {}

  publisherReturned(): void {}

  end(reason: EndReason): void {
    this.#onEnd(reason)
  }
}
