import type { Milliseconds } from '../../core/units.ts'
import {
  type AbsoluteHeader,
  deltaHeaderSize,
  encodeAbsoluteHeader,
  encodeMessage,
  needsExtendedTimestamp,
} from './media-header.ts'
import { timelessTag } from './wire-format.ts'

/** Consecutive records of a wire log in RTMP's format, as the hub keeps them. */
export type ChunkRecords = {
  readonly segment: {
    readonly bytes: Buffer
    /** Position of its first byte in the log. */
    readonly base: number
    startOf(index: number): number
    timeOf(index: number): Milliseconds
    /** What `rtmpWireFormat` notes: the chunk stream id, and `timelessTag`. */
    tagOf(index: number): number
    isRestart(index: number): boolean
  }
  /** Indexes of the first record and of the one after the last. */
  readonly from: number
  readonly to: number
}

/** The chunk streams that one player has still to be told the time and the message stream of. Bits by chunk stream id. */
export type UnopenedChunkStreams = number

/** Every message needs a header of its own: other message streams of the connection use the same chunk streams. */
export const allChunkStreams: UnopenedChunkStreams = -1

export type OpeningRun = {
  /** What to write instead of `run.bytes`: shared slices, and a few headers of this player's own between them. */
  readonly pieces: readonly Uint8Array[]
  readonly unopened: UnopenedChunkStreams
}

/**
 * Give the first message of each unopened chunk stream, and each restart record, a type 0 header: absolute time and
 * this player's message stream id. All other bytes stay the shared ones, because their times are distances.
 *
 * @param origin Time of the stream that is 0 for this player.
 * @see RTMP 1.0 §5.3.1.2.1: a type 0 header starts a chunk stream and is needed whenever time goes back
 */
export function openRun(
  run: ChunkRecords,
  unopened: UnopenedChunkStreams,
  player: PlayerChunks,
  origin: Milliseconds = 0,
): OpeningRun {
  const { segment } = run
  const pieces: Uint8Array[] = []
  let left = unopened
  let shared = segment.startOf(run.from)
  for (let index = run.from; index < run.to; index++) {
    const tag = segment.tagOf(index)
    const bit = 1 << (tag & 0xff)
    if (unopened !== allChunkStreams && (left & bit) === 0 && !segment.isRestart(index)) continue
    const start = segment.startOf(index)
    const end = segment.startOf(index + 1)
    if (start > shared) pieces.push(segment.bytes.subarray(shared, start))
    const timestamp = (tag & timelessTag) === 0 ? Math.max(0, segment.timeOf(index) - origin) : 0
    pieces.push(...withAbsoluteHeader(segment.bytes.subarray(start, end), timestamp, player))
    shared = end
    left &= ~bit
  }
  const end = segment.startOf(run.to)
  if (end > shared) pieces.push(segment.bytes.subarray(shared, end))
  return { pieces, unopened: unopened === allChunkStreams ? allChunkStreams : left }
}

/** The earliest time of the records of `run`: sound may be behind the picture that it starts with. */
export function earliestTime({ segment, from, to }: ChunkRecords): Milliseconds {
  let earliest = segment.timeOf(from)
  for (let index = from + 1; index < to; index++) earliest = Math.min(earliest, segment.timeOf(index))
  return earliest
}

/** What a player's own chunk headers depend on. */
export type PlayerChunks = {
  readonly streamId: number
  readonly chunkSize: number
}

function withAbsoluteHeader(record: Buffer, timestamp: number, { streamId, chunkSize }: PlayerChunks): Uint8Array[] {
  const length = record.readUIntBE(4, 3)
  const chunkStreamId = (record[0] ?? 0) & 0x3f
  const header: AbsoluteHeader = { chunkStreamId, timestamp, length, type: record[7] ?? 0, streamId }
  const chunks = record.subarray(deltaHeaderSize)
  // With an extended timestamp the type 3 headers differ from the shared ones: they repeat it.
  if (length > chunkSize && needsExtendedTimestamp(timestamp)) {
    return [encodeMessage(header, joinChunks(chunks, length, chunkSize), chunkSize)]
  }
  return [encodeAbsoluteHeader(header), chunks]
}

/** Take the one-byte type 3 headers out of a chunked message body. */
function joinChunks(chunks: Buffer, length: number, chunkSize: number): Uint8Array {
  const body = Buffer.allocUnsafe(length)
  for (let from = 0, to = 0; to < length; from += chunkSize + 1, to += chunkSize) {
    chunks.copy(body, to, from, Math.min(from + chunkSize, chunks.length))
  }
  return body
}
