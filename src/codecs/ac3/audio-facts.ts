import type { AudioFacts } from '../../media/track.ts'
import { decodeAc3SyncFrame } from './sync-frame.ts'

/**
 * What an AC-3 frame says about the sound.
 *
 * @throws {ProtocolError}
 */
export function ac3AudioFacts(frame: Uint8Array): AudioFacts {
  const { samplingRate, channels } = decodeAc3SyncFrame(frame)
  return { sampleRate: samplingRate, channels, codecString: 'ac-3' }
}
