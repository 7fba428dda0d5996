import { ProtocolError } from '../../core/errors.ts'
import { videoCodecIds, videoCodecLabel } from './codec-ids.ts'
import { decodeExVideoTag, exVideoHeaderFlag } from './ex-video-tag.ts'
import { frameTypes, type VideoTag } from './video-packet.ts'

/** Codecs that a tag can carry without a FourCC. */
type LegacyVideoCodec = keyof typeof videoCodecIds

/** Bytes in front of NAL units: frame type and codec, packet type, composition time. */
export const videoHeadSize = 5

export const avcPacketTypes = { sequenceHeader: 0, nalu: 1, endOfSequence: 2 } as const

/**
 * Decode a video tag body into what it says of each track: more than one only in Enhanced RTMP.
 *
 *     | FrameType (4) CodecID (4) | H.264, H.265: AVCPacketType (8) | CompositionTime, signed (24) | data …
 *     | 1 … (7) | …    see `decodeExVideoTag`
 *
 * @throws {ProtocolError}
 * @see FLV 10.1 §E.4.3.1 and §E.4.3.2
 */
export function decodeVideoTag(body: Uint8Array): readonly VideoTag[] {
  const first = body[0]
  if (first === undefined) throw malformed('it is not empty')
  if ((first & exVideoHeaderFlag) !== 0) return decodeExVideoTag(body)

  const frameType = first >> 4
  if (frameType === frameTypes.command) return [{ type: 'command' }]
  const isKey = frameType === frameTypes.key || frameType === frameTypes.generatedKey
  const codec = codecOf(first & 0xf)
  if (codec !== undefined) return [decodeNalTag(body, codec, isKey)]
  const label = videoCodecLabel(first & 0xf)
  return [{ type: 'opaque', label, isKey, isConfig: false, isEnd: false, isBeside: false, body }]
}

function codecOf(codecId: number): LegacyVideoCodec | undefined {
  if (codecId === videoCodecIds.h264) return 'h264'
  return codecId === videoCodecIds.h265 ? 'h265' : undefined
}

function decodeNalTag(body: Uint8Array, codec: LegacyVideoCodec, isKey: boolean): VideoTag {
  const packetType = body[1]
  // The end has no data, and some encoders leave its composition time out.
  if (packetType === avcPacketTypes.endOfSequence) return { type: 'end', trackId: 0, codec }
  if (body.length < videoHeadSize) throw malformed(`its head has ${videoHeadSize} bytes, is ${body.length}`)
  const data = body.subarray(videoHeadSize)
  if (packetType === avcPacketTypes.sequenceHeader)
    return { type: 'config', trackId: 0, codec, hasFourCc: false, config: data }
  if (packetType !== avcPacketTypes.nalu) throw malformed(`AVCPacketType is 0, 1 or 2, is ${packetType}`)
  const compositionTime = signed24(body, 2)
  return { type: 'frame', trackId: 0, codec, isKey, compositionTime, nanoOffset: undefined, payload: data, body }
}

function signed24(bytes: Uint8Array, at: number): number {
  const [high = 0, middle = 0, low = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]]
  return ((high << 24) | (middle << 16) | (low << 8)) >> 8
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flv', 'malformed', `Cannot decode FLV video tag: ${rule}`)
}
