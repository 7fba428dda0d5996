import { decodeAudioSpecificConfig } from '../../codecs/aac/audio-specific-config.ts'
import type { AudioFacts, Track, VideoFacts } from '../../media/track.ts'
import { codecMapping } from './codec-mapping.ts'
import { encodeColour } from './colour.ts'
import { encodeElement, encodeFloat, encodeText, encodeUnsigned } from './element.ts'
import { opusTiming } from './opus-timing.ts'

/** RFC 9559 table 4. */
export const trackTypes = { video: 1, audio: 2 } as const

/** Track numbers begin with 1. */
export function trackNumberOf(track: Track): number {
  return track.id + 1
}

/**
 * The TrackEntry of a track that `matroskaCarries`.
 *
 * @see RFC 9559 §5.1.4.1
 */
export function encodeTrackEntry(track: Track): Uint8Array {
  return encodeElement('TrackEntry', [
    encodeUnsigned('TrackNumber', trackNumberOf(track)),
    encodeUnsigned('TrackUID', trackNumberOf(track)),
    encodeUnsigned('TrackType', trackTypes[track.kind === 'video' ? 'video' : 'audio']),
    encodeUnsigned('FlagLacing', 0),
    // Without it a reader takes the language for English.
    encodeText('Language', 'und'),
    ...encodeCodec(track),
    ...(track.video === undefined ? [] : [encodeVideo(track.video)]),
    ...(track.audio === undefined ? [] : [encodeAudio(track.audio, track)]),
  ])
}

function encodeCodec(track: Track): Uint8Array[] {
  const mapping = codecMapping(track.codec)
  if (mapping === undefined) throw new RangeError(`Cannot write ${track.codec} into Matroska: it has no Codec ID`)
  const { config } = track
  const timing = opusTiming(track)
  return [
    encodeText('CodecID', mapping.codecId),
    ...(mapping.codecPrivate === 'none' || config === undefined ? [] : [encodeElement('CodecPrivate', [config])]),
    ...(timing === undefined ? [] : [encodeUnsigned('CodecDelay', timing.codecDelay)]),
    ...(timing === undefined ? [] : [encodeUnsigned('SeekPreRoll', timing.seekPreRoll)]),
  ]
}

function encodeVideo({ width, height, colorInfo }: VideoFacts): Uint8Array {
  return encodeElement('Video', [
    encodeUnsigned('PixelWidth', width),
    encodeUnsigned('PixelHeight', height),
    ...encodeColour(colorInfo),
  ])
}

function encodeAudio({ sampleRate, channels }: AudioFacts, track: Track): Uint8Array {
  const coreRate = coreSampleRate(track) ?? sampleRate
  return encodeElement('Audio', [
    encodeFloat('SamplingFrequency', coreRate),
    ...(coreRate === sampleRate ? [] : [encodeFloat('OutputSamplingFrequency', sampleRate)]),
    ...(channels === 0 ? [] : [encodeUnsigned('Channels', channels)]),
  ])
}

/** AAC with SBR comes out of its decoder at another rate than it is coded with. Source: RFC 9559 §5.1.4.1.29.2. */
function coreSampleRate({ codec, config }: Track): number | undefined {
  return codec === 'aac' && config !== undefined ? decodeAudioSpecificConfig(config).samplingFrequency : undefined
}
