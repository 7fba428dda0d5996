import type { Socket } from 'node:net'
import type { Bytes } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { EndReason } from '../../hub/subscriber.ts'
import type { JoinPoint, WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import { FlvOpening } from './flv-opening.ts'

/** The socket of one HTTP-FLV viewer, past the head of the response: the shared bytes go out as they are. */
export class FlvSink implements WireSink {
  readonly #socket: Socket
  readonly #stream: Stream
  readonly #onEnd: (reason: EndReason) => void
  readonly #opening = new FlvOpening()

  constructor(socket: Socket, stream: Stream, onEnd: (reason: EndReason) => void) {
    this.#socket = socket
    this.#stream = stream
    this.#onEnd = onEnd
  }

  get isBusy(): boolean {
    return this.#socket.writableLength > 0
  }

  get needsSettledStream(): boolean {
    return this.#opening.isFirst
  }

  start(join: JoinPoint): Bytes {
    const bytes = this.#opening.encode(join, this.#stream.tracks)
    if (bytes.length > 0) this.#socket.write(bytes)
    return bytes.length
  }

  write({ bytes }: WireRun): Bytes {
    this.#socket.write(bytes)
    return bytes.length
  }

  /** The viewer sees that nothing comes; FLV has no words for it. */
  publisherLeft(): void {}

  publisherReturned(): void {}

  end(reason: EndReason): void {
    this.#onEnd(reason)
  }
}
