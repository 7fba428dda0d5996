import { ProtocolError } from '../../core/errors.ts'
import type { AudioTag, AudioTagFrame } from './audio-packet.ts'
import { soundFormatLabel, soundFormats } from './codec-ids.ts'
import { decodeExAudioTag } from './ex-audio-tag.ts'

/** Bytes in front of an AAC frame: sound format, packet type. */
export const aacHeadSize = 2
/** Bytes in front of MPEG audio frames: sound format. */
export const mp3HeadSize = 1

export const aacPacketTypes = { sequenceHeader: 0, raw: 1 } as const

/**
 * Decode an audio tag body into what it says of each track: more than one only in Enhanced RTMP.
 *
 *     | SoundFormat (4) SoundRate (2) SoundSize (1) SoundType (1) | AAC: AACPacketType (8) | data …
 *     | SoundFormat 9 (4) … (4) | …    see `decodeExAudioTag`
 *
 * @throws {ProtocolError}
 * @see FLV 10.1 §E.4.2.1 and §E.4.2.2
 */
export function decodeAudioTag(body: Uint8Array): readonly AudioTag[] {
  const first = body[0]
  if (first === undefined) throw malformed('it is not empty')
  const soundFormat = first >> 4
  switch (soundFormat) {
    case soundFormats.aac:
      return [decodeAacTag(body)]
    case soundFormats.mp3:
    case soundFormats.mp3At8kHz:
      return [frame('mp3', body.subarray(mp3HeadSize))]
    case soundFormats.exHeader:
      return decodeExAudioTag(body)
    default:
      return [{ ...opaque, label: soundFormatLabel(soundFormat), body }]
  }
}

const opaque = { type: 'opaque', isKey: true, isConfig: false, isEnd: false, isBeside: false } as const

function decodeAacTag(body: Uint8Array): AudioTag {
  const packetType = body[1]
  const data = body.subarray(aacHeadSize)
  if (packetType === aacPacketTypes.sequenceHeader)
    return { type: 'config', trackId: 0, codec: 'aac', hasFourCc: false, config: data }
  if (packetType === aacPacketTypes.raw) return frame('aac', data)
  throw malformed(`AACPacketType is 0 or 1, is ${packetType}`)
}

function frame(codec: 'aac' | 'mp3', payload: Uint8Array): AudioTagFrame {
  return { type: 'frame', trackId: 0, codec, nanoOffset: undefined, payload }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flv', 'malformed', `Cannot decode FLV audio tag: ${rule}`)
}
