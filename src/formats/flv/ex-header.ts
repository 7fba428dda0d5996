import { ByteReader } from '../../core/byte-reader.ts'

/** What the head of an Enhanced RTMP body tells, beside the video's frame type. */
export type ExHeader = {
  /** PacketType of the first track, behind any ModEx. */
  readonly packetType: number
  readonly isMultitrack: boolean
  /** FourCC of the codec; `multitrack` if each track has its own. */
  readonly label: string
}

const packetTypeModEx = 7
const manyTracksManyCodecs = 2

/**
 * Decode the packet type and FourCC of an Enhanced RTMP body, whose first byte has the packet type in its low 4 bits.
 *
 *     | … PacketType (4) | while ModEx: size - 1 (8, or ff and 16) | data | ModExType (4) PacketType (4) |
 *     | if Multitrack: MultitrackType (4) PacketType (4) | FourCC (32), unless each track has its own |
 *
 * @param multitrack PacketType.Multitrack: 6 in video, 5 in audio bodies.
 * @throws {ProtocolError}
 * @see Enhanced RTMP v2, ExVideoTagHeader and ExAudioTagHeader
 */
export function decodeExHeader(body: Uint8Array, multitrack: 5 | 6): ExHeader {
  const reader = new ByteReader(body, 'flv')
  let packetType = reader.u8() & 0xf
  while (packetType === packetTypeModEx) {
    const size = reader.u8()
    reader.bytes(size === 0xff ? reader.u16() + 1 : size + 1)
    packetType = reader.u8() & 0xf
  }
  if (packetType !== multitrack) return { packetType, isMultitrack: false, label: decodeFourCc(reader) }
  const tracks = reader.u8()
  const label = tracks >> 4 === manyTracksManyCodecs ? 'multitrack' : decodeFourCc(reader)
  return { packetType: tracks & 0xf, isMultitrack: true, label }
}

/** A FourCC is shown to people: what is not printable ASCII becomes `?`. */
function decodeFourCc(reader: ByteReader): string {
  const bytes = reader.bytes(4)
  return String.fromCharCode(...bytes).replace(/[^\x20-\x7e]/g, '?')
}
