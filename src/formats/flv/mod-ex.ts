import type { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

/** PacketType that stands for a modifier in front of the message's own packet type. The same in video and audio. */
export const packetTypeModEx = 7

/** What the modifiers in front of a message say, and the packet type behind them. */
export type Modified = {
  readonly packetType: number
  /** Nanoseconds, 0 to 999999, that are to be added to the presentation time. */
  readonly nanoOffset: number | undefined
}

/** VideoPacketModExType and AudioPacketModExType. */
const timestampOffsetNano = 0
const largestNanoOffset = 999_999
/** Bytes that `writeNanoOffset` puts behind the first byte of a body. */
export const nanoOffsetSize = 5

/**
 * Decode the ModEx chain behind the first byte of an Enhanced RTMP body; there is none unless `packetType` says so.
 * Modifiers of unknown types are passed over.
 *
 *     while PacketType is ModEx:
 *     | size - 1 (8) | if that is ff: size - 1 (16) | data (size bytes) | ModExType (4) PacketType (4) |
 *
 * @throws {ProtocolError} If the chain runs out of the body, or a nanosecond offset is none.
 * @see Enhanced RTMP v2, ExVideoTagHeader and ExAudioTagHeader
 */
export function decodeModEx(reader: ByteReader, packetType: number): Modified {
  let nanoOffset: number | undefined
  while (packetType === packetTypeModEx) {
    const size = reader.u8()
    const data = reader.bytes(size === 0xff ? reader.u16() + 1 : size + 1)
    const next = reader.u8()
    if (next >> 4 === timestampOffsetNano) nanoOffset = decodeNanoOffset(data)
    packetType = next & 0xf
  }
  return { packetType, nanoOffset }
}

/** Write the modifier that tells `nanoOffset`, `nanoOffsetSize` bytes, in front of a message of `packetType`. */
export function writeNanoOffset(into: Uint8Array, at: number, nanoOffset: number, packetType: number): void {
  into[at] = 2
  into[at + 1] = nanoOffset >>> 16
  into[at + 2] = nanoOffset >>> 8
  into[at + 3] = nanoOffset
  into[at + 4] = (timestampOffsetNano << 4) | packetType
}

function decodeNanoOffset(data: Uint8Array): number {
  const [high, middle, low] = data
  if (high === undefined || middle === undefined || low === undefined)
    throw malformed(`it has 3 bytes, is ${data.length}`)
  const nanoOffset = (high << 16) | (middle << 8) | low
  if (nanoOffset > largestNanoOffset) throw malformed(`it is at most ${largestNanoOffset}, is ${nanoOffset}`)
  return nanoOffset
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flv', 'malformed', `Cannot decode FLV TimestampOffsetNano: ${rule}`)
}
