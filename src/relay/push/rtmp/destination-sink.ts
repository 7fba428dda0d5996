import type { Socket } from 'node:net'
import type { Bytes } from '../../../core/units.ts'
import type { FlvProfile } from '../../../formats/flv/flv-profile.ts'
import type { JoinPoint, WireLog, WireRun } from '../../../hub/wire-log.ts'
import type { WireSink } from '../../../hub/wire-reader.ts'
import type { PlayerChunks } from '../../../protocols/rtmp/opening-run.ts'
import { ReaderChunks } from '../../../protocols/rtmp/reader-chunks.ts'

/** The socket of a server that a stream is sent on to. It is written the very bytes that players are. */
export class DestinationSink implements WireSink {
  readonly needsSettledStream = false
  readonly #socket: Socket
  readonly #chunks: ReaderChunks
  readonly #onEnd: () => void
  /** What the socket had carried before. */
  readonly #bytesBefore: Bytes

  constructor(socket: Socket, profile: FlvProfile, chunks: PlayerChunks, onEnd: () => void) {
    this.#socket = socket
    this.#chunks = new ReaderChunks(profile, chunks)
    this.#onEnd = onEnd
    this.#bytesBefore = socket.bytesWritten
    // As players have it: the commands needed answers at once, media is cheaper in fewer segments.
    socket.setNoDelay(false)
  }

  get isBusy(): boolean {
    return this.#socket.writableLength > 0
  }

  get bytesSent(): Bytes {
    return this.#socket.bytesWritten - this.#bytesBefore
  }

  start({ tracks, time }: JoinPoint): void {
    this.#writePieces(this.#chunks.start(tracks, time))
  }

  write(run: WireRun, log: WireLog): void {
    const pieces = this.#chunks.open(run, log.lastRestart)
    if (pieces === undefined) this.#socket.write(run.bytes)
    else this.#writePieces(pieces)
  }

  /** The destination waits with us for the publisher's return. */
  publisherLeft(): void {}

  publisherReturned(): void {}

  end(): void {
    this.#onEnd()
  }

  #writePieces(pieces: readonly Uint8Array[]): void {
    this.#socket.cork()
    for (const piece of pieces) this.#socket.write(piece)
    this.#socket.uncork()
  }
}
