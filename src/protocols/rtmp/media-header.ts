import { type TagType, tagTypes } from '../../formats/flv/tag-header.ts'

/** Protocol and user control messages have chunk stream 2: RTMP 1.0 §5.4 and §6.2. */
export const controlChunkStream = 2
export const commandChunkStream = 3

/** The chunk stream that we send media of this type on. Above 2 the choice is free. */
export function mediaChunkStream(type: TagType): number {
  switch (type) {
    case tagTypes.audio:
      return 4
    case tagTypes.script:
      return 5
    case tagTypes.video:
      return 6
  }
}

/** Bytes of a type 1 chunk header behind a one-byte basic header. */
export const deltaHeaderSize = 8
/** Timestamps from here on move into the extended timestamp field. */
const extendedTimestamp = 0xffffff

/**
 * Write a type 1 chunk header: time as distance from the chunk stream's message before, message stream id as there.
 *
 *     | fmt 1, csid (1) | timestamp delta (3) | message length (3) | message type (1) |
 *
 * @param delta Milliseconds, 0 to 0xfffffe.
 * @see RTMP 1.0 §5.3.1.2.2
 */
export function writeDeltaHeader(
  into: Uint8Array,
  at: number,
  chunkStreamId: number,
  delta: number,
  length: number,
  type: number,
): void {
  into[at] = 0x40 | chunkStreamId
  into[at + 1] = delta >>> 16
  into[at + 2] = delta >>> 8
  into[at + 3] = delta
  into[at + 4] = length >>> 16
  into[at + 5] = length >>> 8
  into[at + 6] = length
  into[at + 7] = type
}

/** What a type 0 chunk header says. */
export type AbsoluteHeader = {
  readonly chunkStreamId: number
  /** Milliseconds; taken modulo 2^32. */
  readonly timestamp: number
  readonly length: number
  readonly type: number
  readonly streamId: number
}

/** True if a message with this timestamp carries the extended field in each of its chunks. */
export function needsExtendedTimestamp(timestamp: number): boolean {
  return timestamp >>> 0 >= extendedTimestamp
}

/**
 * Encode a type 0 chunk header: absolute time, message stream id little-endian.
 *
 * @see RTMP 1.0 §5.3.1.2.1 and §5.3.1.3 (extended timestamp)
 */
export function encodeAbsoluteHeader(header: AbsoluteHeader): Uint8Array {
  const timestamp = header.timestamp >>> 0
  const isExtended = needsExtendedTimestamp(timestamp)
  const bytes = Buffer.allocUnsafe(isExtended ? 16 : 12)
  bytes[0] = header.chunkStreamId
  bytes.writeUIntBE(isExtended ? extendedTimestamp : timestamp, 1, 3)
  bytes.writeUIntBE(header.length, 4, 3)
  bytes[7] = header.type
  bytes.writeUInt32LE(header.streamId, 8)
  if (isExtended) bytes.writeUInt32BE(timestamp, 12)
  return bytes
}

/**
 * Encode one whole message in type 0 and type 3 chunks. For messages to one peer; media shared by many is a wire log.
 *
 * @see RTMP 1.0 §5.3.1
 */
export function encodeMessage(header: Omit<AbsoluteHeader, 'length'>, body: Uint8Array, chunkSize: number): Uint8Array {
  const first = encodeAbsoluteHeader({ ...header, length: body.length })
  const continuation = encodeContinuationHeader(header.chunkStreamId, header.timestamp)
  const pieces: Uint8Array[] = [first, body.subarray(0, chunkSize)]
  for (let at = chunkSize; at < body.length; at += chunkSize) {
    pieces.push(continuation, body.subarray(at, at + chunkSize))
  }
  return Buffer.concat(pieces)
}

function encodeContinuationHeader(chunkStreamId: number, timestamp: number): Uint8Array {
  if (!needsExtendedTimestamp(timestamp)) return Uint8Array.of(0xc0 | chunkStreamId)
  const bytes = Buffer.allocUnsafe(5)
  bytes[0] = 0xc0 | chunkStreamId
  bytes.writeUInt32BE(timestamp >>> 0, 1)
  return bytes
}
