import { ProtocolError } from '../../core/errors.ts'
import { soundFormatLabel, soundFormats } from './codec-ids.ts'
import { decodeExHeader } from './ex-header.ts'
import type { OpaqueTag } from './opaque-tag.ts'

/** An audio tag body taken apart. All byte fields are views of the body. */
export type AudioTag =
  | { readonly type: 'config'; readonly codec: 'aac'; readonly config: Uint8Array }
  /** The payload may be empty. */
  | { readonly type: 'frame'; readonly codec: 'aac' | 'mp3'; readonly payload: Uint8Array }
  | OpaqueTag

/** Bytes in front of an AAC frame: sound format, packet type. */
export const aacHeadSize = 2
/** Bytes in front of MPEG audio frames: sound format. */
export const mp3HeadSize = 1

export const aacPacketTypes = { sequenceHeader: 0, raw: 1 } as const
const exPacketTypes = { sequenceStart: 0, sequenceEnd: 2, multitrack: 5 } as const

/**
 * Decode the head of an audio tag body.
 *
 *     | SoundFormat (4) SoundRate (2) SoundSize (1) SoundType (1) | AAC: AACPacketType (8) | data …
 *     | SoundFormat 9 (4) PacketType (4) | FourCC (32) | …    Enhanced RTMP
 *
 * @throws {ProtocolError}
 * @see FLV 10.1 §E.4.2.1 and §E.4.2.2, Enhanced RTMP v2 ExAudioTagHeader
 */
export function decodeAudioTag(body: Uint8Array): AudioTag {
  const first = body[0]
  if (first === undefined) throw malformed('it is not empty')
  const soundFormat = first >> 4
  switch (soundFormat) {
    case soundFormats.aac:
      return decodeAacTag(body)
    case soundFormats.mp3:
    case soundFormats.mp3At8kHz:
      return { type: 'frame', codec: 'mp3', payload: body.subarray(mp3HeadSize) }
    case soundFormats.exHeader:
      return decodeExAudioTag(body)
    default:
      return { ...opaque, label: soundFormatLabel(soundFormat) }
  }
}

const opaque = { type: 'opaque', isKey: true, isConfig: false, isEnd: false, isMultitrack: false } as const

function decodeAacTag(body: Uint8Array): AudioTag {
  const packetType = body[1]
  const data = body.subarray(aacHeadSize)
  if (packetType === aacPacketTypes.sequenceHeader) return { type: 'config', codec: 'aac', config: data }
  if (packetType === aacPacketTypes.raw) return { type: 'frame', codec: 'aac', payload: data }
  throw malformed(`AACPacketType is 0 or 1, is ${packetType}`)
}

function decodeExAudioTag(body: Uint8Array): OpaqueTag {
  const { packetType, isMultitrack, label } = decodeExHeader(body, exPacketTypes.multitrack)
  return {
    type: 'opaque',
    label,
    isKey: true,
    isConfig: packetType === exPacketTypes.sequenceStart && !isMultitrack,
    isEnd: packetType === exPacketTypes.sequenceEnd && !isMultitrack,
    isMultitrack,
  }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flv', 'malformed', `Cannot decode FLV audio tag: ${rule}`)
}
