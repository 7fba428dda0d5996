import { encodeAc3SpecificBox } from '../../codecs/ac3/specific-box.ts'
import { encodeEac3SpecificBox } from '../../codecs/eac3/specific-box.ts'
import { encodeFlacSpecificBox } from '../../codecs/flac/specific-box.ts'
import { decodeFlacStreamInfo } from '../../codecs/flac/stream-info.ts'
import { encodeOpusSpecificBox } from '../../codecs/opus/specific-box.ts'
import type { AudioCodec, Track } from '../../media/track.ts'
import { box, uint16, uint32, zeros } from './box.ts'
import { esdsBox, objectTypeIndications } from './elementary-stream-descriptor.ts'

/** Of codecs that have no such thing. */
const templateSampleSize = 16
/** The largest rate that the 16.16 number of a sample entry can say. Above it, the codec's own box tells. */
const maxSampleRate = 0xffff
/** Above this rate, MPEG audio is of MPEG-1, below of MPEG-2. ISO/IEC 13818-3 §2.4.2.3. */
const lowestMpeg1Rate = 32_000

/**
 * The AudioSampleEntry of a track; `undefined` as long as what it has to say is not known.
 *
 * `frame` is one payload of the track, where AC-3 and E-AC-3 tell what other codecs have a configuration for.
 *
 * MP3 is mp4a with an object type of its own, which all players know; `.mp3` is QuickTime's only.
 *
 * @throws {ProtocolError} If the configuration, or the frame, is malformed.
 * @see ISO/IEC 14496-12 §12.2.3, ISO/IEC 14496-14 §6.7, Opus-ISOBMFF §4.3, FLAC-ISOBMFF §3.3, ETSI TS 102 366 §F.2 to §F.6
 */
export function audioSampleEntry(codec: AudioCodec, track: Track, frame?: Uint8Array): Uint8Array | undefined {
  const { config, audio } = track
  switch (codec) {
    case 'aac':
      return config && entry('mp4a', track, esdsBox(objectTypeIndications.aac, config))
    case 'mp3':
      return audio && entry('mp4a', track, esdsBox(mpegAudioType(audio.sampleRate), undefined))
    case 'opus':
      return config && entry('Opus', track, box('dOps', encodeOpusSpecificBox(config)))
    case 'flac':
      return config && flacEntry(track, config)
    case 'ac3':
      return frame && entry('ac-3', track, box('dac3', encodeAc3SpecificBox(frame)))
    case 'eac3':
      return frame && entry('ec-3', track, box('dec3', encodeEac3SpecificBox(frame)))
  }
}

function flacEntry(track: Track, config: Uint8Array): Uint8Array {
  const { bitsPerSample } = decodeFlacStreamInfo(config)
  return entry('fLaC', track, box('dfLa', encodeFlacSpecificBox(config)), bitsPerSample)
}

function entry(
  format: string,
  { audio }: Track,
  configurationBox: Uint8Array,
  sampleSize = templateSampleSize,
): Uint8Array {
  const { sampleRate = 0, channels = 2 } = audio ?? {}
  const rate = sampleRate > maxSampleRate ? 0 : sampleRate * 0x10000
  return box(
    format,
    ...[zeros(6), uint16(1), zeros(8), uint16(channels, sampleSize, 0, 0), uint32(rate), configurationBox],
  )
}

function mpegAudioType(sampleRate: number): number {
  return sampleRate < lowestMpeg1Rate ? objectTypeIndications.mpeg2Audio : objectTypeIndications.mpeg1Audio
}
