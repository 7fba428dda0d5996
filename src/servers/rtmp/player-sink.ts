import type { Socket } from 'node:net'
import type { Bytes } from '../../core/units.ts'
import type { FlvProfile } from '../../formats/flv/flv-profile.ts'
import type { EndReason } from '../../hub/subscriber.ts'
import type { JoinPoint, WireLog, WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import { ReaderChunks, type ReaderOptions } from '../../protocols/rtmp/reader-chunks.ts'

/** What the player's connection does when the stream's publisher comes or goes. */
export type PlayerEvents = {
  readonly publisherLeft: () => void
  readonly publisherReturned: () => void
  readonly end: (reason: EndReason) => void
}

/** The socket of one RTMP player. */
export class PlayerSink implements WireSink {
  readonly needsSettledStream = false
  readonly #socket: Socket
  readonly #chunks: ReaderChunks
  readonly #events: PlayerEvents
  /** What the socket had carried before. */
  readonly #bytesBefore: Bytes

  constructor(socket: Socket, profile: FlvProfile, chunks: ReaderOptions, events: PlayerEvents) {
    this.#socket = socket
    this.#chunks = new ReaderChunks(profile, chunks)
    this.#events = events
    this.#bytesBefore = socket.bytesWritten
  }

  get isBusy(): boolean {
    return this.#socket.writableLength > 0
  }

  /** True while other message streams of the connection play too. */
  setOneOfSeveral(isOneOfSeveral: boolean): void {
    this.#chunks.setOneOfSeveral(isOneOfSeveral)
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

  publisherLeft(): void {
    this.#events.publisherLeft()
  }

  publisherReturned(): void {
    this.#events.publisherReturned()
  }

  end(reason: EndReason): void {
    this.#events.end(reason)
  }

  #writePieces(pieces: readonly Uint8Array[]): void {
    this.#socket.cork()
    for (const piece of pieces) this.#socket.write(piece)
    this.#socket.uncork()
  }
}
