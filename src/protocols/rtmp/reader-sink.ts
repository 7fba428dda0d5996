import type { ReaderEnd } from '../../contracts/end-reason.ts'
import type { Outlet } from '../../core/stall-clock.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { FlvProfile } from '../../formats/flv/flv-profile.ts'
import type { Track } from '../../media/track.ts'
import type { ChunkRecords } from './opening-run.ts'
import { ReaderChunks, type ReaderOptions } from './reader-chunks.ts'

/** A socket, as far as a reader writes to it. */
export type ReaderSocket = Outlet & {
  /** True for TLS. */
  readonly encrypted?: boolean
  write(bytes: Uint8Array): unknown
  cork(): void
  uncork(): void
}

/** What the owner of the connection does when the publisher comes or goes, or the stream ends. */
export type ReaderEvents = {
  readonly publisherLeft: () => void
  readonly publisherReturned: () => void
  readonly end: (reason: ReaderEnd) => void
}

/**
 * The socket of one reader of a stream over RTMP: a player, or a server that the stream is sent on to. All are written
 * the same bytes, with the few headers between them that are their own. What the hub calls a wire sink.
 */
export class ReaderSink {
  readonly isSecure: boolean
  readonly needsSettledStream = false
  readonly #socket: ReaderSocket
  readonly #chunks: ReaderChunks
  readonly #events: ReaderEvents
  /** What the socket had carried before. */
  readonly #bytesBefore: Bytes

  constructor(socket: ReaderSocket, profile: FlvProfile, chunks: ReaderOptions, events: ReaderEvents) {
    this.#socket = socket
    this.isSecure = socket.encrypted === true
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

  start({ tracks, time }: { readonly tracks: readonly Track[]; readonly time: Milliseconds }): void {
    this.#writePieces(this.#chunks.start(tracks, time))
  }

  write(run: ChunkRecords & { readonly bytes: Uint8Array }, log: { readonly lastRestart: number }): void {
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

  end(reason: ReaderEnd): void {
    this.#events.end(reason)
  }

  #writePieces(pieces: readonly Uint8Array[]): void {
    this.#socket.cork()
    for (const piece of pieces) this.#socket.write(piece)
    this.#socket.uncork()
  }
}
