import type { AudioFacts } from '../../media/track.ts'
import { decodeOpusIdentificationHeader } from './identification-header.ts'

/** Of all Opus streams: RFC 7845 §4. */
export const opusSampleRate = 48_000

/**
 * What an identification header says about the sound. The codec string is in lower case, as all browsers take it; the
 * sample entry of a file is "Opus".
 *
 * @throws {ProtocolError}
 */
export function opusAudioFacts(config: Uint8Array): AudioFacts {
  const { outputChannelCount } = decodeOpusIdentificationHeader(config)
  return { sampleRate: opusSampleRate, channels: outputChannelCount, codecString: 'opus' }
}
