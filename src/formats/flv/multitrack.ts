import type { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

/** What one Enhanced RTMP message holds of one track. */
export type TrackPart = {
  readonly fourCc: number
  readonly trackId: number
  /** A view of the message. */
  readonly data: Uint8Array
}

/** A message taken apart into tracks; `undefined` parts: a multitrack type that we do not know. */
export type TrackParts = { readonly packetType: number; readonly parts: readonly TrackPart[] | undefined }

/** AvMultitrackType. */
export const multitrackTypes = { oneTrack: 0, manyTracks: 1, manyTracksManyCodecs: 2 } as const

/**
 * Decode what follows PacketType.Multitrack.
 *
 *     | AvMultitrackType (4) PacketType (4) | FourCC (32), unless ManyTracksManyCodecs |
 *     per track: | FourCC (32), if ManyTracksManyCodecs | trackId (8) | size (24), unless OneTrack | data |
 *
 * @param multitrack PacketType.Multitrack: 6 in video, 5 in audio bodies. It must not come again.
 * @throws {ProtocolError} If a track is cut short, or the message has none.
 * @see Enhanced RTMP v2, ExVideoTagHeader, ExVideoTagBody, ExAudioTagHeader, ExAudioTagBody
 */
export function decodeMultitrack(reader: ByteReader, multitrack: 5 | 6): TrackParts {
  const first = reader.u8()
  const type = first >> 4
  const packetType = first & 0xf
  if (packetType === multitrack) throw malformed('its packet type is not Multitrack again')
  switch (type) {
    case multitrackTypes.oneTrack:
      return { packetType, parts: [decodeOneTrack(reader)] }
    case multitrackTypes.manyTracks: {
      const fourCc = reader.u32()
      return { packetType, parts: decodeTracks(reader, () => fourCc) }
    }
    case multitrackTypes.manyTracksManyCodecs:
      return { packetType, parts: decodeTracks(reader, () => reader.u32()) }
    default:
      return { packetType, parts: undefined }
  }
}

function decodeOneTrack(reader: ByteReader): TrackPart {
  const fourCc = reader.u32()
  const trackId = reader.u8()
  return { fourCc, trackId, data: reader.bytes(reader.bytesLeft) }
}

function decodeTracks(reader: ByteReader, nextFourCc: () => number): readonly TrackPart[] {
  const parts: TrackPart[] = []
  do {
    const fourCc = nextFourCc()
    const trackId = reader.u8()
    if (parts.some(part => part.trackId === trackId)) throw malformed(`it has each track once, is ${trackId} again`)
    parts.push({ fourCc, trackId, data: reader.bytes(reader.u8() * 0x10000 + reader.u16()) })
  } while (reader.bytesLeft > 0)
  return parts
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flv', 'malformed', `Cannot decode FLV multitrack message: ${rule}`)
}
