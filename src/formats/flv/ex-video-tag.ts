import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { AudioCodec, VideoCodec } from '../../media/track.ts'
import { isColorInfo } from './color-info.ts'
import { fourCcLabel, videoCodecOf } from './four-cc.ts'
import { decodeModEx } from './mod-ex.ts'
import { decodeMultitrack, type TrackPart } from './multitrack.ts'
import { encodeOneTrack } from './one-track.ts'
import type { OpaqueTag } from './opaque-tag.ts'
import { frameTypes, type VideoTag } from './video-packet.ts'

export const exVideoHeaderFlag = 0x80
/** VideoPacketType. */
export const videoPacketTypes = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  codedFramesX: 3,
  metadata: 4,
  mpeg2TsSequenceStart: 5,
  multitrack: 6,
} as const

/** Bytes of the composition time in front of NAL units. */
export const compositionTimeSize = 3

/** What all tracks of one message have in common. */
type Head = {
  readonly frameType: number
  readonly packetType: number
  readonly nanoOffset: number | undefined
  readonly body: Uint8Array
}

/**
 * Decode a video tag body of Enhanced RTMP.
 *
 *     | 1 FrameType (3) PacketType (4) | ModEx chain | FourCC (32) | data …
 *     | 1 FrameType (3) PacketType (4) | ModEx chain | multitrack message, if that is the PacketType
 *     | 1 Command (3) PacketType (4) | ModEx chain | VideoCommand (8) |
 *
 * @returns One tag for each track that it holds, in their order. What we do not know is opaque.
 * @throws {ProtocolError}
 * @see Enhanced RTMP v2, ExVideoTagHeader and ExVideoTagBody
 */
export function decodeExVideoTag(body: Uint8Array): readonly VideoTag[] {
  const reader = new ByteReader(body, 'flv')
  const first = reader.u8()
  const frameType = (first >> 4) & 7
  const { packetType, nanoOffset } = decodeModEx(reader, first & 0xf)
  if (frameType === frameTypes.command && packetType !== videoPacketTypes.metadata) return [{ type: 'command' }]
  if (packetType !== videoPacketTypes.multitrack) {
    const part = { fourCc: reader.u32(), trackId: 0, data: reader.bytes(reader.bytesLeft) }
    return [decodePart({ frameType, packetType, nanoOffset, body }, part)]
  }
  const tracks = decodeMultitrack(reader, videoPacketTypes.multitrack)
  const head = { frameType, packetType: tracks.packetType, nanoOffset, body }
  if (tracks.parts === undefined) return [beside(head, 'multitrack', body)]
  return tracks.parts.map(part => decodeTrack(head, part))
}

/** One track of a multitrack message. A codec that we do not know goes on as a message of that track alone. */
function decodeTrack(head: Head, part: TrackPart): VideoTag {
  const packetByte = exVideoHeaderFlag | (head.frameType << 4) | videoPacketTypes.multitrack
  const tag = videoCodecOf(part.fourCc) === undefined ? undefined : decodePart(head, part)
  if (tag !== undefined && tag.type !== 'opaque') return tag
  return beside(head, fourCcLabel(part.fourCc), encodeOneTrack(packetByte, head.packetType, part))
}

function decodePart(head: Head, { fourCc, trackId, data }: TrackPart): VideoTag {
  const codec = videoCodecOf(fourCc)
  if (codec === undefined) return ofUnknownCodec(head, fourCc)
  switch (head.packetType) {
    case videoPacketTypes.sequenceStart:
      return { type: 'config', trackId, codec, hasFourCc: true, config: data }
    case videoPacketTypes.codedFrames:
      return decodeCodedFrames(head, trackId, codec, data)
    case videoPacketTypes.codedFramesX:
      return frame(head, trackId, codec, 0, data)
    case videoPacketTypes.sequenceEnd:
      return { type: 'end', trackId, codec }
    case videoPacketTypes.metadata:
      if (isColorInfo(data)) return { type: 'colorInfo', trackId, codec, colorInfo: data }
      return beside(head, fourCcLabel(fourCc), head.body)
    case videoPacketTypes.mpeg2TsSequenceStart:
      return ofUnknownCodec(head, fourCc)
    default:
      return beside(head, fourCcLabel(fourCc), head.body)
  }
}

function decodeCodedFrames(head: Head, trackId: number, codec: VideoCodec, data: Uint8Array): VideoTag {
  if (!hasCompositionTime(codec)) return frame(head, trackId, codec, 0, data)
  const [high, middle, low] = data
  if (high === undefined || middle === undefined || low === undefined) {
    const rule = `CodedFrames begin with ${compositionTimeSize} bytes of composition time, is ${data.length}`
    throw new ProtocolError('flv', 'malformed', `Cannot decode FLV video tag: ${rule}`)
  }
  const compositionTime = ((high << 24) | (middle << 16) | (low << 8)) >> 8
  return frame(head, trackId, codec, compositionTime, data.subarray(compositionTimeSize))
}

/** True for the codecs whose CodedFrames begin with a composition time. */
export function hasCompositionTime(codec: VideoCodec | AudioCodec): boolean {
  return codec === 'h264' || codec === 'h265' || codec === 'h266'
}

function frame(
  { frameType, nanoOffset, body }: Head,
  trackId: number,
  codec: VideoCodec,
  compositionTime: Milliseconds,
  payload: Uint8Array,
): VideoTag {
  const isKey = frameType === frameTypes.key || frameType === frameTypes.generatedKey
  return { type: 'frame', trackId, codec, isKey, compositionTime, nanoOffset, payload, body }
}

/** The track as a whole passes through. A sequence start of MPEG-2 TS makes one of a codec that we know otherwise. */
function ofUnknownCodec({ frameType, packetType, body }: Head, fourCc: number): OpaqueTag {
  const isCoded = packetType === videoPacketTypes.codedFrames || packetType === videoPacketTypes.codedFramesX
  return {
    type: 'opaque',
    label: fourCcLabel(fourCc),
    isKey: isCoded && frameType === frameTypes.key,
    isConfig: packetType === videoPacketTypes.sequenceStart || packetType === videoPacketTypes.mpeg2TsSequenceStart,
    isEnd: packetType === videoPacketTypes.sequenceEnd,
    isBeside: false,
    body,
  }
}

function beside({ frameType }: Head, label: string, body: Uint8Array): OpaqueTag {
  const isKey = frameType === frameTypes.key
  return { type: 'opaque', label, isKey, isConfig: false, isEnd: false, isBeside: true, body }
}
