import { decodeAudioSpecificConfig } from '../../codecs/aac/audio-specific-config.ts'
import { aacFrameSamples } from '../../codecs/aac/frame-samples.ts'
import { ac3PayloadSamples } from '../../codecs/ac3/payload-samples.ts'
import { eac3PayloadSamples } from '../../codecs/eac3/access-unit.ts'
import { flacFrameSamples } from '../../codecs/flac/frame-samples.ts'
import { mp3PayloadSamples } from '../../codecs/mp3/payload-samples.ts'
import { opusPacketSamples } from '../../codecs/opus/packet-samples.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import type { Track } from '../../media/track.ts'

/** Tells how long the sound of a frame is, in ticks of `mediaTimescale`; `undefined` if the frame does not say. */
export type SoundDuration = (payload: Uint8Array) => Ticks | undefined

/**
 * How the frames of a track say how long they sound. Pictures never do. What a frame says is only used where it makes
 * sense: the publisher's times stand for themselves.
 */
export function soundDurationOf(track: Track): SoundDuration {
  const samplesOf = sampleCounter(track)
  return payload => unlessMalformed(() => samplesOf(payload))
}

function sampleCounter({ codec, config }: Track): SoundDuration {
  switch (codec) {
    case 'aac': {
      const samples = config && unlessMalformed(() => aacFrameSamples(decodeAudioSpecificConfig(config)))
      return () => samples
    }
    case 'mp3':
      return mp3PayloadSamples
    case 'opus':
      return opusPacketSamples
    case 'flac':
      return flacFrameSamples
    case 'ac3':
      return ac3PayloadSamples
    case 'eac3':
      return eac3PayloadSamples
    default:
      return () => undefined
  }
}
