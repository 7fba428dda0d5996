import { adtsHeaderSize, encodeAdtsHeader, writeAdtsHeader } from '../../codecs/aac/adts-header.ts'
import { decodeAudioSpecificConfig } from '../../codecs/aac/audio-specific-config.ts'
import { av1ConfigObus, decodeAv1CodecConfiguration } from '../../codecs/av1/codec-configuration.ts'
import type { NalCodec } from '../../codecs/nal/nal-codec.ts'
import { decodeOpusIdentificationHeader } from '../../codecs/opus/identification-header.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { av1AccessUnit, hdrWcgIdc } from './av1-access-unit.ts'
import {
  av1VideoDescriptor,
  languageDescriptor,
  metadataDescriptor,
  metadataPointerDescriptor,
  opusAudioDescriptor,
  registrationDescriptor,
} from './descriptors.ts'
import { nalAccessUnit } from './nal-access-unit.ts'
import { nalConfiguration } from './nal-configuration.ts'
import { opusAccessUnit } from './opus-access-unit.ts'
import { opusChannelConfigCode } from './opus-channel-config.ts'
import { streamIds } from './pes-header.ts'
import { programNumber } from './program-association.ts'
import { aacDuration, soundDurations } from './sound-duration.ts'
import { streamTypes } from './stream-type.ts'

/** How a transport stream carries one track. */
export type ElementaryStream = {
  readonly streamType: number
  readonly streamId: number
  /** What the program map says about it beside the type. */
  readonly descriptors: readonly number[]
  /** What the program map says about the program because of it. */
  readonly programDescriptors?: readonly number[]
  /** A frame in the form of this stream, in pieces. Throws ProtocolError if it is malformed. */
  readonly accessUnit: (frame: Frame) => readonly Uint8Array[]
  /**
   * How long a frame plays in ticks of 90 kHz, for those that may share a PES packet; throws ProtocolError if it is
   * malformed. `undefined` for pictures and data.
   */
  readonly durationOf: ((payload: Uint8Array) => Ticks) | undefined
  /** True if its frames are sections, which no PES packets carry. */
  readonly isSections?: boolean
}

/** True if a transport stream can carry the track. */
export function tsCarries(track: Track): boolean {
  return elementaryStreamOf(track) !== undefined
}

/**
 * `undefined` for what no form exists for that others read (VP8, VP9, FLAC, script data of FLV, codecs that we do not take
 * apart), and where the configuration is missing or malformed.
 */
export function elementaryStreamOf(track: Track): ElementaryStream | undefined {
  const stream = unlessMalformed(() => describe(track))
  if (stream === undefined || track.language === undefined) return stream
  return { ...stream, descriptors: [...stream.descriptors, ...languageDescriptor(track.language)] }
}

function describe(track: Track): ElementaryStream | undefined {
  switch (track.codec) {
    case 'h264':
    case 'h265':
    case 'h266':
      return picture(track, track.codec)
    case 'av1':
      return av1(track)
    case 'aac':
      return aac(track)
    case 'mp3':
      return { ...sound(track, mp3StreamType(track)), accessUnit: asIs, durationOf: soundDurations.mp3 }
    case 'opus':
      return opus(track)
    case 'ac3':
      return dolby(streamTypes.ac3, 'AC-3', soundDurations.ac3)
    case 'eac3':
      return dolby(streamTypes.eac3, 'EAC3', soundDurations.eac3)
    case 'klv':
      return klv
    case 'id3':
      return id3
    case 'scte35':
      return cues
    default:
      return undefined
  }
}

function picture({ index, config }: Track, codec: NalCodec): ElementaryStream | undefined {
  if (config === undefined) return undefined
  const configuration = nalConfiguration(codec, config)
  return {
    streamType: streamTypes[codec],
    streamId: streamIds.video | (index & 0x0f),
    descriptors: [],
    accessUnit: frame => nalAccessUnit(frame, configuration),
    durationOf: undefined,
  }
}

/** @see Carriage of AV1 in MPEG-2 TS, v1.0.1 §2.1, §2.2, §3.4 */
function av1({ config }: Track): ElementaryStream | undefined {
  if (config === undefined) return undefined
  const configObus = av1ConfigObus(config)
  const hdr = hdrWcgIdc(decodeAv1CodecConfiguration(config)?.color)
  return {
    streamType: streamTypes.privatePes,
    streamId: streamIds.privateStream1,
    descriptors: [...registrationDescriptor('AV01'), ...av1VideoDescriptor(config, hdr)],
    accessUnit: frame => av1AccessUnit(frame, configObus),
    durationOf: undefined,
  }
}

/** Each frame behind a header that tells the configuration, as far as ADTS has words for it. */
function aac(track: Track): ElementaryStream | undefined {
  if (track.config === undefined) return undefined
  const config = decodeAudioSpecificConfig(track.config)
  const header = encodeAdtsHeader(config)
  const duration = aacDuration(config)
  return {
    ...sound(track, streamTypes.adtsAac),
    accessUnit: ({ payload }) => {
      const frameHeader = new Uint8Array(adtsHeaderSize)
      writeAdtsHeader(header, payload.length, frameHeader, 0)
      return [frameHeader, payload]
    },
    durationOf: () => duration,
  }
}

function sound(
  { index }: Track,
  streamType: number,
): Pick<ElementaryStream, 'streamType' | 'streamId' | 'descriptors'> {
  return { streamType, streamId: streamIds.audio | (index & 0x1f), descriptors: [] }
}

/** The lower sampling rates came with ISO/IEC 13818-3. */
function mp3StreamType({ audio }: Track): number {
  return audio !== undefined && audio.sampleRate < 32_000 ? streamTypes.mpeg2Audio : streamTypes.mpeg1Audio
}

function opus({ config }: Track): ElementaryStream | undefined {
  if (config === undefined) return undefined
  const code = opusChannelConfigCode(decodeOpusIdentificationHeader(config))
  if (code === undefined) return undefined
  return {
    streamType: streamTypes.privatePes,
    streamId: streamIds.privateStream1,
    descriptors: [...registrationDescriptor('Opus'), ...opusAudioDescriptor(code)],
    accessUnit: opusAccessUnit,
    durationOf: soundDurations.opus,
  }
}

/** By stream_type and registration: the way of ATSC and HLS, which DVB receivers understand, too. */
function dolby(
  streamType: number,
  formatIdentifier: string,
  durationOf: (payload: Uint8Array) => Ticks,
): ElementaryStream {
  return {
    streamType,
    streamId: streamIds.privateStream1,
    descriptors: registrationDescriptor(formatIdentifier),
    accessUnit: asIs,
    durationOf,
  }
}

function asIs(frame: Frame): readonly Uint8Array[] {
  return [frame.payload]
}

/** With times, but not tied to them: SMPTE RP 217, MISB ST 1402. */
const klv: ElementaryStream = {
  streamType: streamTypes.privatePes,
  streamId: streamIds.privateStream1,
  descriptors: registrationDescriptor('KLVA'),
  accessUnit: asIs,
  durationOf: undefined,
}

/** @see Timed Metadata for HTTP Live Streaming, §2.3 */
const id3: ElementaryStream = {
  streamType: streamTypes.metadataPes,
  streamId: streamIds.privateStream1,
  descriptors: metadataDescriptor('ID3 '),
  programDescriptors: metadataPointerDescriptor('ID3 ', programNumber),
  accessUnit: asIs,
  durationOf: undefined,
}

/** What says whose the cues of the program are stands with the program. @see SCTE 35 §8.1 */
const cues: ElementaryStream = {
  streamType: streamTypes.scte35,
  streamId: streamIds.privateStream1,
  descriptors: [],
  programDescriptors: registrationDescriptor('CUEI'),
  accessUnit: asIs,
  durationOf: undefined,
  isSections: true,
}
