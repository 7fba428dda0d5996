import type { AudioFacts } from '../../media/track.ts'
import { decodeMp3FrameHeader } from './frame-header.ts'

/**
 * What an MPEG audio frame says about the sound.
 *
 * @throws {ProtocolError}
 */
export function mp3AudioFacts(frame: Uint8Array): AudioFacts {
  const { version, samplingFrequency, channels } = decodeMp3FrameHeader(frame)
  // ObjectTypeIndication of ISO/IEC 11172-3 and 13818-3 audio: ISO/IEC 14496-1 table 5.
  const codecString = version === '1' ? 'mp4a.6B' : 'mp4a.69'
  return { sampleRate: samplingFrequency, channels, codecString }
}
