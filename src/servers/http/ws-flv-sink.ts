import type { Socket } from 'node:net'
import type { Bytes } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { EndReason } from '../../hub/subscriber.ts'
import type { JoinPoint, WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import { binaryFrameOf, encodeBinaryFrame } from './binary-frame.ts'
import { FlvOpening } from './flv-opening.ts'

/**
 * The socket of one WebSocket-FLV viewer, past the opening handshake: each run is one binary message, framed once for
 * all viewers and written past the WebSocket library, which writes whole frames too and so never gets in between.
 */
export class WsFlvSink implements WireSink {
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
    return bytes.length === 0 ? 0 : this.#send(encodeBinaryFrame(bytes))
  }

  write(run: WireRun): Bytes {
    return this.#send(binaryFrameOf(run))
  }

  publisherLeft(): void {}

  publisherReturned(): void {}

  end(reason: EndReason): void {
    this.#onEnd(reason)
  }

  #send(frame: Buffer): Bytes {
    this.#socket.write(frame)
    return frame.length
  }
}
