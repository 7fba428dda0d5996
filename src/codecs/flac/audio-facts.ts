import type { AudioFacts } from '../../media/track.ts'
import { decodeFlacStreamInfo } from './stream-info.ts'

/**
 * What the header of a FLAC stream says about the sound. The codec string is in lower case, as all browsers take it; the
 * sample entry of a file is "fLaC".
 *
 * @throws {ProtocolError}
 */
export function flacAudioFacts(config: Uint8Array): AudioFacts {
  const { sampleRate, channels } = decodeFlacStreamInfo(config)
  return { sampleRate, channels, codecString: 'flac' }
}
