import type { AudioFacts } from '../../media/track.ts'
import { decodeEac3Programs } from './access-unit.ts'
import { programChannels } from './channel-locations.ts'

/**
 * What the payload of an Enhanced AC-3 frame says about the sound of its first program.
 *
 * @throws {ProtocolError}
 */
export function eac3AudioFacts(payload: Uint8Array): AudioFacts {
  const [program] = decodeEac3Programs(payload)
  return { sampleRate: program.independent.samplingRate, channels: programChannels(program), codecString: 'ec-3' }
}
