import { ProtocolError } from '../../core/errors.ts'
import type { BasicHeader } from './basic-header.ts'

/** What the chunk headers say about one message, with everything filled in that they leave out because it did not change. */
export type MessageHeader = {
  /** Time of the message in milliseconds, modulo 2^32. */
  readonly timestamp: number
  /** What a type 3 chunk that opens the next message adds to `timestamp`. */
  readonly delta: number
  /** The extended timestamp field, which type 3 chunks repeat; `undefined` if the message has none. */
  readonly extendedTimestamp: number | undefined
  /** Bytes of the message body. */
  readonly length: number
  readonly type: number
  readonly streamId: number
}

export type DecodedMessageHeader = {
  readonly header: MessageHeader
  /** Bytes this header takes on the wire. */
  readonly size: number
}

const sizes = [11, 7, 3, 0] as const
/** In the 3-byte field: the time is in the extended timestamp field. */
const extended = 0xffffff

/**
 * Decode the header of a chunk that opens a message, or return `undefined` if `bytes` ends before the header does.
 *
 *     type 0 | timestamp (3) | length (3) | type (1) | stream id (4, low byte first) |
 *     type 1 | delta (3)     | length (3) | type (1) |
 *     type 2 | delta (3)     |                         then, if the 3-byte time is 0xffffff,
 *     type 3 |                                         | extended timestamp (4) |
 *
 * @param before The header of the message before on the same chunk stream.
 * @throws {ProtocolError} If the header leaves out what no message before has said. A type 1 header is taken even
 * then, as SRS takes it: librtmp opens chunk stream 2 with one for its first Ping.
 * @see RTMP 1.0 §5.3.1.2 and §5.3.1.3
 */
export function decodeMessageHeader(
  bytes: Uint8Array,
  offset: number,
  fmt: BasicHeader['fmt'],
  before: MessageHeader | undefined,
): DecodedMessageHeader | undefined {
  if (fmt === 3) return repeatHeader(bytes, offset, required(before, fmt))
  const size = sizes[fmt]
  if (offset + size > bytes.length) return undefined

  const field = u24(bytes, offset)
  if (field === extended && offset + size + 4 > bytes.length) return undefined
  const extendedTimestamp = field === extended ? u32(bytes, offset + size) : undefined
  const time = extendedTimestamp ?? field
  const known = fmt === 2 ? required(before, fmt) : before
  return {
    header: {
      timestamp: fmt === 0 ? time : ((known?.timestamp ?? 0) + time) >>> 0,
      // A type 3 chunk behind a type 0 one adds that one's timestamp (§5.3.1.2.4); FFmpeg, librtmp and SRS agree.
      delta: time,
      extendedTimestamp,
      length: fmt === 2 ? required(known, fmt).length : u24(bytes, offset + 3),
      type: fmt === 2 ? required(known, fmt).type : (bytes[offset + 6] as number),
      streamId: fmt === 0 ? u32LittleEndian(bytes, offset + 7) : (known?.streamId ?? 0),
    },
    size: extendedTimestamp === undefined ? size : size + 4,
  }
}

/**
 * Bytes of the extended timestamp field in a type 3 chunk: 4 if it is there, 0 if not, `undefined` if `bytes` ends
 * before that can be told.
 *
 * Not all peers repeat the field in type 3 chunks, though §5.3.1.3 asks for it: it is there if it says the same again.
 */
export function decodeRepeatedTimestamp(bytes: Uint8Array, offset: number, header: MessageHeader): 0 | 4 | undefined {
  if (header.extendedTimestamp === undefined) return 0
  if (offset + 4 > bytes.length) return undefined
  return u32(bytes, offset) === header.extendedTimestamp ? 4 : 0
}

function repeatHeader(bytes: Uint8Array, offset: number, before: MessageHeader): DecodedMessageHeader | undefined {
  const size = decodeRepeatedTimestamp(bytes, offset, before)
  if (size === undefined) return undefined
  return { header: { ...before, timestamp: (before.timestamp + before.delta) >>> 0 }, size }
}

function required(before: MessageHeader | undefined, fmt: number): MessageHeader {
  if (before !== undefined) return before
  throw new ProtocolError(
    'rtmp',
    'malformed',
    `Cannot open RTMP chunk stream: its first chunk must have a full header, is type ${fmt}`,
  )
}

function u24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
}

function u32(bytes: Uint8Array, at: number): number {
  return (u24(bytes, at) * 256 + (bytes[at + 3] as number)) >>> 0
}

function u32LittleEndian(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)) +
    (bytes[at + 3] as number) * 0x1000000
  )
}
