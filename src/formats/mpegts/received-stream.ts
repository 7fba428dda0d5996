import type { TrackKind } from '../../media/track.ts'
import type { PesToAccessUnits } from './access-unit.ts'
import { dvbDolbyCodec, metadataFormat, opusChannelCode, registeredFormat } from './descriptors.ts'
import { type MetadataCarriage, MetadataFromPes } from './metadata-from-pes.ts'
import { opusHeadOfChannelCode } from './opus-channel-config.ts'
import { av1Syntax, nalSyntax, type PictureSyntax } from './picture-syntax.ts'
import { PicturesFromPes } from './pictures-from-pes.ts'
import type { ProgramStream } from './program-map.ts'
import { SoundFromPes } from './sound-from-pes.ts'
import {
  ac3Syntax,
  adtsSyntax,
  eac3Syntax,
  loasSyntax,
  mpegAudioSyntax,
  opusSyntax,
  type SoundSyntax,
} from './sound-syntax.ts'
import { streamTypes } from './stream-type.ts'

/** How to take a stream of a program apart: it comes in PES packets, or as sections that are cues to splice. */
export type ReceivedStream = {
  readonly kind: TrackKind
  /** `undefined`: it comes in sections. */
  readonly createReader: (() => PesToAccessUnits) | undefined
}

const cues: ReceivedStream = { kind: 'data', createReader: undefined }

/** `undefined` for streams of other kinds: DVB subtitles, teletext, codecs of before. */
export function receivedStreamOf({ streamType, descriptors }: ProgramStream): ReceivedStream | undefined {
  switch (streamType) {
    case streamTypes.h264:
      return pictures(() => nalSyntax('h264'))
    case streamTypes.h265:
      return pictures(() => nalSyntax('h265'))
    case streamTypes.h266:
      return pictures(() => nalSyntax('h266'))
    case streamTypes.adtsAac:
      return sound(() => adtsSyntax)
    case streamTypes.latmAac:
      return sound(loasSyntax)
    case streamTypes.mpeg1Audio:
    case streamTypes.mpeg2Audio:
      return sound(() => mpegAudioSyntax)
    case streamTypes.ac3:
      return sound(() => ac3Syntax)
    case streamTypes.eac3:
      return sound(() => eac3Syntax)
    case streamTypes.scte35:
      return cues
    case streamTypes.metadataPes:
      return timedMetadata(metadataFormat(descriptors) ?? registeredFormat(descriptors))
    case streamTypes.privatePes:
      return privateStream(descriptors)
    default:
      return undefined
  }
}

/** Private data: a descriptor tells whose. */
function privateStream(descriptors: ProgramStream['descriptors']): ReceivedStream | undefined {
  switch (registeredFormat(descriptors) ?? dvbDolbyCodec(descriptors)) {
    case 'Opus':
      return opus(opusChannelCode(descriptors))
    case 'AC-3':
    case 'ac3':
      return sound(() => ac3Syntax)
    case 'EAC3':
    case 'eac3':
      return sound(() => eac3Syntax)
    case 'HEVC':
      return pictures(() => nalSyntax('h265'))
    case 'AV01':
      return pictures(() => av1Syntax('start codes'))
    case 'AV1G':
      return pictures(() => av1Syntax('low overhead'))
    case 'KLVA':
      return data('klv', 'plain')
    default:
      return undefined
  }
}

function opus(channelCode: number | undefined): ReceivedStream | undefined {
  const head = channelCode === undefined ? undefined : opusHeadOfChannelCode(channelCode)
  return head && sound(() => opusSyntax(head))
}

function pictures(createSyntax: () => PictureSyntax): ReceivedStream {
  return { kind: 'video', createReader: () => new PicturesFromPes(createSyntax()) }
}

function sound(createSyntax: () => SoundSyntax): ReceivedStream {
  return { kind: 'audio', createReader: () => new SoundFromPes(createSyntax()) }
}

/** @see MISB ST 1402 (synchronous KLV); Timed Metadata for HTTP Live Streaming, §2 (ID3, without cells) */
function timedMetadata(format: string | undefined): ReceivedStream | undefined {
  if (format === 'KLVA') return data('klv', 'cells')
  return format === 'ID3 ' ? data('id3', 'plain') : undefined
}

function data(codec: 'klv' | 'id3', carriage: MetadataCarriage): ReceivedStream {
  return { kind: 'data', createReader: () => new MetadataFromPes(codec, carriage) }
}
