import type { AudioFacts } from '../../media/track.ts'
import { audioObjectType } from './audio-object-type.ts'
import { type AudioSpecificConfig, decodeAudioSpecificConfig } from './audio-specific-config.ts'

/**
 * What an AudioSpecificConfig says about the sound that comes out of the decoder.
 *
 * @throws {ProtocolError}
 */
export function aacAudioFacts(config: Uint8Array): AudioFacts {
  const decoded = decodeAudioSpecificConfig(config)
  return {
    sampleRate: decoded.extensionSamplingFrequency ?? decoded.samplingFrequency,
    channels: decoded.hasPs && decoded.channels === 1 ? 2 : decoded.channels,
    codecString: aacCodecString(decoded),
  }
}

/** The codec string for `audio/mp4`, such as `mp4a.40.2`. Source: RFC 6381 §3.3. */
function aacCodecString(config: AudioSpecificConfig): string {
  if (config.hasPs) return `mp4a.40.${audioObjectType.ps}`
  if (config.hasSbr) return `mp4a.40.${audioObjectType.sbr}`
  return `mp4a.40.${config.audioObjectType}`
}
