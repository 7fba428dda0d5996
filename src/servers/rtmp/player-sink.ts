import type { Socket } from 'node:net'
import type { Bytes } from '../../core/units.ts'
import type { FlvProfile } from '../../formats/flv/flv-profile.ts'
import { configTagBodies, configTagTime, trackTagType } from '../../formats/flv/frame-to-tag.ts'
import { tagTypes } from '../../formats/flv/tag-header.ts'
import type { EndReason } from '../../hub/subscriber.ts'
import type { JoinPoint, WireLog, WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import type { Track } from '../../media/track.ts'
import { encodeMessage, mediaChunkStream } from '../../protocols/rtmp/media-header.ts'
import { allChunkStreams, openRun, type PlayerChunks, type UnopenedChunkStreams } from './opening-run.ts'

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
  readonly #profile: FlvProfile
  readonly #chunks: PlayerChunks
  readonly #events: PlayerEvents
  /** What the socket had carried before. */
  readonly #bytesBefore: Bytes
  #unopened: UnopenedChunkStreams = 0
  /** The chunk streams of the tracks at the last start. */
  #started: UnopenedChunkStreams = 0
  #isOneOfSeveral = false

  constructor(socket: Socket, profile: FlvProfile, chunks: PlayerChunks, events: PlayerEvents) {
    this.#socket = socket
    this.#profile = profile
    this.#chunks = chunks
    this.#events = events
    this.#bytesBefore = socket.bytesWritten
  }

  get isBusy(): boolean {
    return this.#socket.writableLength > 0
  }

  /** True while other message streams of the connection play too. */
  setOneOfSeveral(isOneOfSeveral: boolean): void {
    this.#isOneOfSeveral = isOneOfSeveral
    this.#reopen()
  }

  get bytesSent(): Bytes {
    return this.#socket.bytesWritten - this.#bytesBefore
  }

  start(join: JoinPoint): void {
    const { streamId, chunkSize } = this.#chunks
    const messages: Uint8Array[] = []
    this.#started = 0
    // Players expect onMetaData before the sequence headers.
    for (const track of [...join.tracks].sort(dataFirst)) {
      const type = trackTagType(track)
      const chunkStreamId = mediaChunkStream(type)
      // Script data is a restart each time.
      if (type !== tagTypes.script) this.#started |= 1 << chunkStreamId
      const header = { chunkStreamId, timestamp: configTagTime(track, join.time), type, streamId }
      for (const body of configTagBodies(track, this.#profile)) messages.push(encodeMessage(header, body, chunkSize))
    }
    this.#reopen()
    this.#writePieces(messages)
  }

  write(run: WireRun, log: WireLog): void {
    const position = run.segment.base + run.segment.startOf(run.from)
    if (this.#unopened === 0 && log.lastRestart < position) {
      this.#socket.write(run.bytes)
      return
    }
    const { pieces, unopened } = openRun(run, this.#unopened, this.#chunks)
    this.#unopened = unopened
    this.#writePieces(pieces)
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

  #reopen(): void {
    this.#unopened = this.#isOneOfSeveral ? allChunkStreams : this.#started
  }

  #writePieces(pieces: readonly Uint8Array[]): void {
    this.#socket.cork()
    for (const piece of pieces) this.#socket.write(piece)
    this.#socket.uncork()
  }
}

function dataFirst(a: Track, b: Track): number {
  return Number(b.kind === 'data') - Number(a.kind === 'data') || a.id - b.id
}
