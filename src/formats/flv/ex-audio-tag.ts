import { ByteReader } from '../../core/byte-reader.ts'
import type { AudioTag } from './audio-packet.ts'
import { soundFormats } from './codec-ids.ts'
import { audioCodecOf, fourCcLabel } from './four-cc.ts'
import { decodeModEx } from './mod-ex.ts'
import { decodeMultichannelConfig } from './multichannel-config.ts'
import { decodeMultitrack, type TrackPart } from './multitrack.ts'
import { encodeOneTrack } from './one-track.ts'
import type { OpaqueTag } from './opaque-tag.ts'

/** AudioPacketType. */
export const audioPacketTypes = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  multichannelConfig: 4,
  multitrack: 5,
} as const

/** What all tracks of one message have in common. */
type Head = { readonly packetType: number; readonly nanoOffset: number | undefined; readonly body: Uint8Array }

/**
 * Decode an audio tag body of Enhanced RTMP.
 *
 *     | SoundFormat 9 (4) PacketType (4) | ModEx chain | FourCC (32) | data …
 *     | SoundFormat 9 (4) PacketType (4) | ModEx chain | multitrack message, if that is the PacketType
 *
 * @returns One tag for each track that it holds, in their order. What we do not know is opaque.
 * @throws {ProtocolError}
 * @see Enhanced RTMP v2, ExAudioTagHeader and ExAudioTagBody
 */
export function decodeExAudioTag(body: Uint8Array): readonly AudioTag[] {
  const reader = new ByteReader(body, 'flv')
  const { packetType, nanoOffset } = decodeModEx(reader, reader.u8() & 0xf)
  if (packetType !== audioPacketTypes.multitrack) {
    const part = { fourCc: reader.u32(), trackId: 0, data: reader.bytes(reader.bytesLeft) }
    return [decodePart({ packetType, nanoOffset, body }, part)]
  }
  const tracks = decodeMultitrack(reader, audioPacketTypes.multitrack)
  if (tracks.parts === undefined) return [beside('multitrack', body)]
  const head = { packetType: tracks.packetType, nanoOffset, body }
  return tracks.parts.map(part => decodeTrack(head, part))
}

/** One track of a multitrack message. A codec that we do not know goes on as a message of that track alone. */
function decodeTrack(head: Head, part: TrackPart): AudioTag {
  const packetByte = (soundFormats.exHeader << 4) | audioPacketTypes.multitrack
  const tag = audioCodecOf(part.fourCc) === undefined ? undefined : decodePart(head, part)
  if (tag !== undefined && tag.type !== 'opaque') return tag
  return beside(fourCcLabel(part.fourCc), encodeOneTrack(packetByte, head.packetType, part))
}

function decodePart({ packetType, nanoOffset, body }: Head, { fourCc, trackId, data }: TrackPart): AudioTag {
  const codec = audioCodecOf(fourCc)
  const label = fourCcLabel(fourCc)
  if (codec === undefined) return ofUnknownCodec(packetType, label, body)
  switch (packetType) {
    case audioPacketTypes.sequenceStart:
      return { type: 'config', trackId, codec, hasFourCc: true, config: data }
    case audioPacketTypes.codedFrames:
      return { type: 'frame', trackId, codec, nanoOffset, payload: data }
    case audioPacketTypes.sequenceEnd:
      return { type: 'end', trackId, codec }
    case audioPacketTypes.multichannelConfig:
      if (decodeMultichannelConfig(data) === undefined) return beside(label, body)
      return { type: 'channelOrder', trackId, codec, channelOrder: data }
    default:
      return beside(label, body)
  }
}

function ofUnknownCodec(packetType: number, label: string, body: Uint8Array): OpaqueTag {
  const isConfig = packetType === audioPacketTypes.sequenceStart
  const isEnd = packetType === audioPacketTypes.sequenceEnd
  return { type: 'opaque', label, isKey: true, isConfig, isEnd, isBeside: false, body }
}

function beside(label: string, body: Uint8Array): OpaqueTag {
  return { type: 'opaque', label, isKey: true, isConfig: false, isEnd: false, isBeside: true, body }
}
