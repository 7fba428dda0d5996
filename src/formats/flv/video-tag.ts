import { ProtocolError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { videoCodecIds, videoCodecLabel } from './codec-ids.ts'
import { decodeExHeader } from './ex-header.ts'
import type { OpaqueTag } from './opaque-tag.ts'

/** A video tag body taken apart. All byte fields are views of the body. */
export type VideoTag =
  | { readonly type: 'config'; readonly codec: VideoTagCodec; readonly config: Uint8Array }
  | VideoTagFrame
  | { readonly type: 'end'; readonly codec: VideoTagCodec }
  /** Not a picture: a seek mark of Flash servers. */
  | { readonly type: 'command' }
  | OpaqueTag

export type VideoTagFrame = {
  readonly type: 'frame'
  readonly codec: VideoTagCodec
  readonly isKey: boolean
  /** Presentation time minus decode time; may be negative. */
  readonly compositionTime: Milliseconds
  /** NAL units behind their lengths; may be empty. */
  readonly payload: Uint8Array
}

export type VideoTagCodec = keyof typeof videoCodecIds

/** Bytes in front of NAL units: frame type and codec, packet type, composition time. */
export const videoHeadSize = 5

export const frameTypes = { key: 1, inter: 2, generatedKey: 4, command: 5 } as const
export const avcPacketTypes = { sequenceHeader: 0, nalu: 1, endOfSequence: 2 } as const
const exVideoHeaderFlag = 0x80
const exPacketTypes = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  codedFramesX: 3,
  mpeg2TsSequenceStart: 5,
  multitrack: 6,
} as const

/**
 * Decode the head of a video tag body.
 *
 *     | FrameType (4) CodecID (4) | H.264, H.265: AVCPacketType (8) | CompositionTime, signed (24) | data …
 *     | 1 FrameType (3) PacketType (4) | FourCC (32) | …    Enhanced RTMP
 *
 * @throws {ProtocolError}
 * @see FLV 10.1 §E.4.3.1 and §E.4.3.2, Enhanced RTMP v2 ExVideoTagHeader
 */
export function decodeVideoTag(body: Uint8Array): VideoTag {
  const first = body[0]
  if (first === undefined) throw malformed('it is not empty')
  if ((first & exVideoHeaderFlag) !== 0) return decodeExVideoTag(body, first)

  const frameType = first >> 4
  if (frameType === frameTypes.command) return { type: 'command' }
  const isKey = frameType === frameTypes.key || frameType === frameTypes.generatedKey
  const codec = codecOf(first & 0xf)
  if (codec !== undefined) return decodeNalTag(body, codec, isKey)
  const label = videoCodecLabel(first & 0xf)
  return { type: 'opaque', label, isKey, isConfig: false, isEnd: false, isMultitrack: false }
}

function codecOf(codecId: number): VideoTagCodec | undefined {
  if (codecId === videoCodecIds.h264) return 'h264'
  return codecId === videoCodecIds.h265 ? 'h265' : undefined
}

function decodeNalTag(body: Uint8Array, codec: VideoTagCodec, isKey: boolean): VideoTag {
  const packetType = body[1]
  // The end has no data, and some encoders leave its composition time out.
  if (packetType === avcPacketTypes.endOfSequence) return { type: 'end', codec }
  if (body.length < videoHeadSize) throw malformed(`its head has ${videoHeadSize} bytes, is ${body.length}`)
  const data = body.subarray(videoHeadSize)
  if (packetType === avcPacketTypes.sequenceHeader) return { type: 'config', codec, config: data }
  if (packetType !== avcPacketTypes.nalu) throw malformed(`AVCPacketType is 0, 1 or 2, is ${packetType}`)
  return { type: 'frame', codec, isKey, compositionTime: signed24(body, 2), payload: data }
}

function signed24(bytes: Uint8Array, at: number): number {
  const [high = 0, middle = 0, low = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]]
  return ((high << 24) | (middle << 16) | (low << 8)) >> 8
}

function decodeExVideoTag(body: Uint8Array, first: number): OpaqueTag {
  const { packetType, isMultitrack, label } = decodeExHeader(body, exPacketTypes.multitrack)
  const isCoded = packetType === exPacketTypes.codedFrames || packetType === exPacketTypes.codedFramesX
  const isStart = packetType === exPacketTypes.sequenceStart || packetType === exPacketTypes.mpeg2TsSequenceStart
  return {
    type: 'opaque',
    label,
    isKey: isCoded && ((first >> 4) & 7) === frameTypes.key,
    isConfig: isStart && !isMultitrack,
    isEnd: packetType === exPacketTypes.sequenceEnd && !isMultitrack,
    isMultitrack,
  }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flv', 'malformed', `Cannot decode FLV video tag: ${rule}`)
}
