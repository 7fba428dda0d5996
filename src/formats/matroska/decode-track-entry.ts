import { needsConfig } from '../../codecs/codec-facts.ts'
import { describeAudio, describeVideo } from '../../codecs/track-facts.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import type { LeftOutTrack } from '../../media/left-out-track.ts'
import type { AudioCodec, AudioFacts, VideoCodec, VideoFacts } from '../../media/track.ts'
import type { TrackDescription } from '../../media/track-set.ts'
import { codecOfId } from './codec-mapping.ts'
import { decodeContentEncodings, restoreHeader } from './content-encoding.ts'
import { decodeElements, decodeFloat, decodeText, type Element, findElement, findUnsigned } from './decode-element.ts'
import { elementIds } from './element-ids.ts'
import { trackTypes } from './track-entry.ts'

/** A track of picture or sound, as its TrackEntry tells it. */
export type TrackEntry = {
  readonly trackNumber: number
  readonly codecId: string
  readonly codec: VideoCodec | AudioCodec
  /** In the form of `Track.config`; `undefined` where that is not what the CodecPrivate has. */
  readonly config: Uint8Array | undefined
  /** What is missing in front of each frame. */
  readonly strippedHeader: Uint8Array | undefined
  /** In nanoseconds, as the two below. */
  readonly codecDelay: number
  /** Of one frame; `undefined` where it is not told. */
  readonly defaultDuration: number | undefined
  readonly video: VideoFacts | undefined
  readonly audio: AudioFacts | undefined
}

/**
 * Decode a TrackEntry.
 *
 * @param data Borrowed.
 * @throws {ProtocolError} Also if a track of ours is encoded in a way that cannot be undone.
 * @see RFC 9559 §5.1.4.1
 */
export function decodeTrackEntry(data: Uint8Array): TrackEntry | LeftOutTrack {
  const elements = decodeElements(data)
  const trackNumber = findUnsigned(elements, elementIds.TrackNumber)
  if (trackNumber === undefined || trackNumber === 0) throw malformed('it has a number that is not 0')
  const codecId = decodeText((findElement(elements, elementIds.CodecID) ?? new Uint8Array(0)).subarray(0, maxIdSize))
  const codec = codecOfId(codecId)
  const isMedia = mediaTypes.includes(findUnsigned(elements, elementIds.TrackType) ?? 0)
  if (codec === undefined || !isMedia) return { trackNumber, reason: `${nameOf(codecId)} is not carried` }
  const encodings = findElement(elements, elementIds.ContentEncodings)
  const stripped = encodings && decodeContentEncodings(encodings)
  const told = findElement(elements, elementIds.CodecPrivate)
  const codecPrivate = told && restoreHeader(stripped?.ofCodecPrivate ? stripped.bytes : new Uint8Array(0), told)
  if (needsConfig(codec) && codecPrivate === undefined) return { trackNumber, reason: `${codecId} has no CodecPrivate` }
  return {
    trackNumber,
    codecId,
    codec,
    config: keepsPrivate(codec) ? codecPrivate : undefined,
    strippedHeader: stripped?.ofFrames && stripped.bytes.length > 0 ? stripped.bytes : undefined,
    codecDelay: findUnsigned(elements, elementIds.CodecDelay) ?? 0,
    defaultDuration: findUnsigned(elements, elementIds.DefaultDuration),
    video: decodeVideo(findElement(elements, elementIds.Video)),
    audio: decodeAudio(findElement(elements, elementIds.Audio)),
  }
}

/** A name that is longer is none of ours. */
const maxIdSize: Bytes = 64

/** What people and logs can bear. */
function nameOf(codecId: string): string {
  return /^[!-~]+$/.test(codecId) ? codecId : 'its codec'
}

/** The track of an entry, before its first frame. */
export function describeTrack(entry: TrackEntry, id: number, index: number, timescale: number): TrackDescription {
  const { codec, config, video, audio } = entry
  const contained = { id, index, timescale, config, ...(video && { video }), ...(audio && { audio }) }
  return isVideoCodec(codec) ? describeVideo(codec, contained) : describeAudio(codec, contained)
}

export function isVideoCodec(codec: VideoCodec | AudioCodec): codec is VideoCodec {
  return codec in videoCodecs
}

const mediaTypes: readonly number[] = Object.values(trackTypes)
const videoCodecs: Readonly<Record<VideoCodec, true>> = {
  ...{ h264: true, h265: true, h266: true, av1: true, vp8: true, vp9: true },
}

/** What VP8 and VP9 have there, if anything, is of another form: their key frames tell more. */
function keepsPrivate(codec: VideoCodec | AudioCodec): boolean {
  return needsConfig(codec) || codec === 'opus'
}

/** @see RFC 9559 §5.1.4.1.28 */
function decodeVideo(data: Uint8Array | undefined): VideoFacts | undefined {
  if (data === undefined) return undefined
  const elements = decodeElements(data)
  const width = findUnsigned(elements, elementIds.PixelWidth) ?? 0
  const height = findUnsigned(elements, elementIds.PixelHeight) ?? 0
  return width > 0 && height > 0 ? { width, height } : undefined
}

/** @see RFC 9559 §5.1.4.1.29 */
function decodeAudio(data: Uint8Array | undefined): AudioFacts | undefined {
  if (data === undefined) return undefined
  const elements = decodeElements(data)
  const coded = floatOf(elements, elementIds.SamplingFrequency) ?? defaultSamplingFrequency
  const sampleRate = Math.round(floatOf(elements, elementIds.OutputSamplingFrequency) ?? coded)
  const channels = findUnsigned(elements, elementIds.Channels) ?? 1
  return sampleRate > 0 && sampleRate <= highestSampleRate ? { sampleRate, channels } : undefined
}

const defaultSamplingFrequency = 8000
/** Above it nobody records: a number that is wrong. */
const highestSampleRate = 10_000_000

function floatOf(elements: readonly Element[], id: number): number | undefined {
  const data = findElement(elements, id)
  return data && decodeFloat(data)
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('matroska', 'malformed', `Cannot read Matroska track: ${rule}`)
}
