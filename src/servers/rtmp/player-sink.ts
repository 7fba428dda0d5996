import type { Socket } from 'node:net'
import type { Bytes } from '../../core/units.ts'
import { configTagBody } from '../../formats/flv/frame-to-tag.ts'
import type { EndReason } from '../../hub/subscriber.ts'
import type { JoinPoint, WireLog, WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import { chunkStreams, encodeMessage } from '../../protocols/rtmp/media-header.ts'
import { tagTypeOf } from '../../protocols/rtmp/media-message.ts'
import { openRun, type PlayerChunks, type UnopenedChunkStreams } from './opening-run.ts'

/** What the player's connection does when the stream's publisher comes or goes. */
export type PlayerEvents = {
  readonly publisherLeft: () => void
  readonly publisherReturned: () => void
  readonly end: (reason: EndReason) => void
}

/**
 * The socket of one RTMP player. Nearly always it writes the shared bytes as they are; only after a start, or where a
 * chunk stream restarts, does it put headers of its own between them.
 */
export class PlayerSink implements WireSink {
  readonly needsSettledStream = false
  readonly #socket: Socket
  readonly #chunks: PlayerChunks
  readonly #events: PlayerEvents
  #unopened: UnopenedChunkStreams = 0

  constructor(socket: Socket, chunks: PlayerChunks, events: PlayerEvents) {
    this.#socket = socket
    this.#chunks = chunks
    this.#events = events
  }

  get isBusy(): boolean {
    return this.#socket.writableLength > 0
  }

  start(join: JoinPoint): Bytes {
    this.#unopened = 0
    const messages: Uint8Array[] = []
    for (const track of join.tracks) {
      if (track.kind !== 'data') this.#unopened |= 1 << chunkStreams[track.kind]
      const body = configTagBody(track)
      if (body === undefined) continue
      const { streamId, chunkSize } = this.#chunks
      const header = {
        chunkStreamId: chunkStreams[track.kind],
        timestamp: join.time,
        type: tagTypeOf(track.kind),
        streamId,
      }
      const message = encodeMessage(header, body, chunkSize)
      // Players expect onMetaData before the sequence headers.
      if (track.kind === 'data') messages.unshift(message)
      else messages.push(message)
    }
    return this.#writePieces(messages)
  }

  write(run: WireRun, log: WireLog): Bytes {
    const position = run.segment.base + run.segment.startOf(run.from)
    if (this.#unopened === 0 && log.lastRestart < position) {
      this.#socket.write(run.bytes)
      return run.bytes.length
    }
    const { pieces, unopened } = openRun(run, this.#unopened, this.#chunks)
    this.#unopened = unopened
    return this.#writePieces(pieces)
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

  #writePieces(pieces: readonly Uint8Array[]): Bytes {
    let size = 0
    this.#socket.cork()
    for (const piece of pieces) {
      this.#socket.write(piece)
      size += piece.length
    }
    this.#socket.uncork()
    return size
  }
}
