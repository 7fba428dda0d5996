import { needsConfig } from '../../codecs/codec-facts.ts'
import { decodeOpusSpecificBox } from '../../codecs/opus/specific-box.ts'
import { describeAudio, describeVideo } from '../../codecs/track-facts.ts'
import { decodeVpCodecConfiguration, vpCodecString } from '../../codecs/vpx/codec-configuration.ts'
import { ProtocolError, unlessMalformed } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import type { AudioCodec, AudioFacts, Track, VideoCodec, VideoFacts } from '../../media/track.ts'
import type { TrackDescription } from '../../media/track-set.ts'
import { type Box, BoxFields, decodeBoxes, findBox } from './decode-box.ts'
import { decodeEsds } from './elementary-stream-descriptor.ts'

/** What a sample entry says of the samples that refer to it. */
export type SampleDescription =
  | { readonly codec: VideoCodec; readonly config: Uint8Array | undefined; readonly video: VideoFacts | undefined }
  | { readonly codec: AudioCodec; readonly config: Uint8Array | undefined; readonly audio: AudioFacts | undefined }

/** Sample entries of pictures, with the box that has their configuration. The sources are those of the encoder. */
const pictures: ReadonlyMap<string, { readonly codec: VideoCodec; readonly box: string }> = new Map([
  ['avc1', { codec: 'h264', box: 'avcC' }],
  ['avc3', { codec: 'h264', box: 'avcC' }],
  ['hvc1', { codec: 'h265', box: 'hvcC' }],
  ['hev1', { codec: 'h265', box: 'hvcC' }],
  ['vvc1', { codec: 'h266', box: 'vvcC' }],
  ['vvi1', { codec: 'h266', box: 'vvcC' }],
  ['av01', { codec: 'av1', box: 'av1C' }],
  ['vp08', { codec: 'vp8', box: 'vpcC' }],
  ['vp09', { codec: 'vp9', box: 'vpcC' }],
])

/** Where the boxes of a VisualSampleEntry begin. ISO/IEC 14496-12 §12.1.3. */
const pictureBoxesAt: Bytes = 78
/** Where those of an AudioSampleEntry begin, by its version, of which 1 and 2 are QuickTime's. */
const soundBoxesAt: readonly Bytes[] = [28, 44, 64]

/** objectTypeIndication of an mp4a. ISO/IEC 14496-1 table 5, and its registry. */
const codecsOfMp4a: ReadonlyMap<number, AudioCodec> = new Map([
  ...([0x40, 0x66, 0x67, 0x68] as const).map(type => [type, 'aac'] as const),
  ...([0x69, 0x6b] as const).map(type => [type, 'mp3'] as const),
  ...[[0xa5, 'ac3'] as const, [0xa6, 'eac3'] as const],
])

/**
 * Decode the sample entries of an stsd.
 *
 * @returns For each entry what it says, or the reason why its samples are not read, as words.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.5.2
 */
export function decodeSampleDescriptions(stsd: Uint8Array): readonly (SampleDescription | string)[] {
  return decodeBoxes(stsd.subarray(8)).map(decodeEntry)
}

/** The track of a description, before its first frame. */
export function describeTrack(
  description: SampleDescription,
  contained: Pick<Track, 'id' | 'index' | 'timescale' | 'language'>,
): TrackDescription {
  const { config } = description
  if ('video' in description) {
    const { codec, video } = description
    return describeVideo(codec, { ...contained, config, ...(video && { video }) })
  }
  const { codec, audio } = description
  return describeAudio(codec, { ...contained, config, ...(audio && { audio }) })
}

function decodeEntry(entry: Box): SampleDescription | string {
  const { type, data } = entry
  if (type === 'encv' || type === 'enca') return 'it is encrypted'
  const picture = pictures.get(type)
  const description = picture === undefined ? decodeSound(entry) : decodePicture(data, picture.codec, picture.box)
  if (description === undefined) return `${/^[\w .-]{4}$/.test(type) ? type : 'its codec'} is not carried`
  if (needsConfig(description.codec) && description.config === undefined) return `${type} has no configuration`
  return description
}

function decodePicture(data: Uint8Array, codec: VideoCodec, box: string): SampleDescription {
  const fields = new BoxFields('stsd', data)
  const [width, height] = [fields.u16(24), fields.u16(26)]
  const found = findBox(data.subarray(pictureBoxesAt), box)
  // A vvcC has version and flags in front of the record; a vpcC is kept with them.
  const config = found && Uint8Array.from(codec === 'h266' ? found.subarray(4) : found)
  const codecString = config && codecStringOf(codec, config)
  const video = { width, height, ...(codecString !== undefined && { codecString }) }
  return { codec, config, video: width > 0 && height > 0 ? video : undefined }
}

/** Of codecs whose configuration does not say everything about the picture; of others, `describeVideo` knows it. */
function codecStringOf(codec: VideoCodec, config: Uint8Array): string | undefined {
  if (codec !== 'vp8' && codec !== 'vp9') return undefined
  const configuration = unlessMalformed(() => decodeVpCodecConfiguration(config, codec))
  return configuration && vpCodecString(codec === 'vp8' ? 'vp08' : 'vp09', configuration)
}

function decodeSound({ type, data }: Box): SampleDescription | undefined {
  const fields = new BoxFields('stsd', data)
  if (fields.size < (soundBoxesAt[0] ?? 0)) return undefined
  const boxes = data.subarray(soundBoxesAt[fields.u16(8)] ?? soundBoxesAt[0])
  const sampleRate = Math.floor(fields.u32(24) / 0x10000)
  const audio = sampleRate > 0 ? { sampleRate, channels: fields.u16(16) } : undefined
  switch (type) {
    case 'mp4a': {
      const { codec, config, codecString } = decodeMp4a(boxes)
      return codec && { codec, config, audio: audio && { ...audio, ...(codecString !== undefined && { codecString }) } }
    }
    case '.mp3':
      return { codec: 'mp3', config: undefined, audio }
    case 'ac-3':
      return { codec: 'ac3', config: undefined, audio: audio && { ...audio, codecString: 'ac-3' } }
    case 'ec-3':
      return { codec: 'eac3', config: undefined, audio: audio && { ...audio, codecString: 'ec-3' } }
    case 'Opus': {
      const found = findBox(boxes, 'dOps')
      return { codec: 'opus', config: found && decodeOpusSpecificBox(found), audio }
    }
    case 'fLaC': {
      const found = findBox(boxes, 'dfLa')
      return { codec: 'flac', config: found && decodeFlac(found), audio }
    }
    default:
      return undefined
  }
}

type Mp4a = {
  readonly codec: AudioCodec | undefined
  readonly config: Uint8Array | undefined
  /** Of codecs that have no configuration. */
  readonly codecString?: string
}

/** QuickTime has the ESDBox inside of a wave box. The codec string is that of RFC 6381 §3.3. */
function decodeMp4a(boxes: Uint8Array): Mp4a {
  const esds = findBox(boxes, 'esds') ?? findBox(boxes, 'wave', 'esds')
  if (esds === undefined) return { codec: undefined, config: undefined }
  const { objectTypeIndication, decoderSpecificInfo } = decodeEsds(esds)
  const codec = codecsOfMp4a.get(objectTypeIndication)
  if (codec === 'aac') return { codec, config: decoderSpecificInfo && Uint8Array.from(decoderSpecificInfo) }
  return { codec, config: undefined, codecString: `mp4a.${objectTypeIndication.toString(16).toUpperCase()}` }
}

/** "fLaC" in place of version and flags. FLAC-ISOBMFF §3.3.2. */
function decodeFlac(dfLa: Uint8Array): Uint8Array {
  if (dfLa.length < 4) throw new ProtocolError('mp4', 'malformed', 'Cannot read MP4 box dfLa: it has 4 bytes at least')
  return Uint8Array.of(0x66, 0x4c, 0x61, 0x43, ...dfLa.subarray(4))
}
