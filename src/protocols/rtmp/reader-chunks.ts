import type { Milliseconds } from '../../core/units.ts'
import type { FlvProfile } from '../../formats/flv/flv-profile.ts'
import { configTagBodies, configTagTime, trackTagType } from '../../formats/flv/frame-to-tag.ts'
import { tagTypes } from '../../formats/flv/tag-header.ts'
import type { Track } from '../../media/track.ts'
import { encodeMessage, mediaChunkStream } from './media-header.ts'
import {
  allChunkStreams,
  type ChunkRecords,
  earliestTime,
  openRun,
  type PlayerChunks,
  type UnopenedChunkStreams,
} from './opening-run.ts'

/** What the headers of one reader depend on. */
export type ReaderOptions = PlayerChunks & {
  /** True if the reader's time begins at 0; else it has the time of the stream. */
  readonly startsAtZero?: boolean
}

/**
 * What one reader of a shared wire log in RTMP's format needs of its own: the messages in front of a start, and chunk
 * headers where a chunk stream starts or restarts. Nearly always there are none, and the shared bytes go out as they are.
 */
export class ReaderChunks {
  readonly #profile: FlvProfile
  readonly #chunks: PlayerChunks
  #unopened: UnopenedChunkStreams = 0
  /** The chunk streams of the tracks at the last start. */
  #started: UnopenedChunkStreams = 0
  #isOneOfSeveral = false
  /** Time of the stream that is 0 for this reader; `undefined` until it is known, with the first frames. */
  #origin: Milliseconds | undefined

  /** @param profile That of the wire log's format. */
  constructor(profile: FlvProfile, chunks: ReaderOptions) {
    this.#profile = profile
    this.#chunks = chunks
    if (chunks.startsAtZero !== true) this.#origin = 0
  }

  /** True while other message streams of the connection carry media to the same peer. */
  setOneOfSeveral(isOneOfSeveral: boolean): void {
    this.#isOneOfSeveral = isOneOfSeveral
    this.#reopen()
  }

  /** The headers for a reader that starts, or starts again, at `time` with these tracks. */
  start(tracks: readonly Track[], time: Milliseconds): readonly Uint8Array[] {
    const { streamId, chunkSize } = this.#chunks
    const messages: Uint8Array[] = []
    this.#started = 0
    // Players expect onMetaData before the sequence headers.
    for (const track of [...tracks].sort(dataFirst)) {
      const type = trackTagType(track)
      const chunkStreamId = mediaChunkStream(type)
      // Script data is a restart each time.
      if (type !== tagTypes.script) this.#started |= 1 << chunkStreamId
      const header = { chunkStreamId, timestamp: this.#own(configTagTime(track, time)), type, streamId }
      for (const body of configTagBodies(track, this.#profile)) messages.push(encodeMessage(header, body, chunkSize))
    }
    this.#reopen()
    return messages
  }

  /**
   * What to write instead of the run's own bytes, or `undefined` if those will do.
   *
   * @param lastRestart Position of the newest record of the log that nobody can take as it is.
   */
  open(run: ChunkRecords, lastRestart: number): readonly Uint8Array[] | undefined {
    if (this.#unopened === 0 && lastRestart < run.segment.base + run.segment.startOf(run.from)) return undefined
    this.#origin ??= earliestTime(run)
    const { pieces, unopened } = openRun(run, this.#unopened, this.#chunks, this.#origin)
    this.#unopened = unopened
    return pieces
  }

  /** The time of the stream as this reader sees it. */
  #own(time: Milliseconds): Milliseconds {
    return this.#origin === undefined ? 0 : Math.max(0, time - this.#origin)
  }

  #reopen(): void {
    this.#unopened = this.#isOneOfSeveral ? allChunkStreams : this.#started
  }
}

function dataFirst(a: Track, b: Track): number {
  return Number(b.kind === 'data') - Number(a.kind === 'data') || a.id - b.id
}
