import type { AdtsHeader } from './adts-header.ts'
import { samplingFrequencies } from './sampling-frequencies.ts'

/**
 * The AudioSpecificConfig of a stream whose frames have this header.
 *
 *     | audioObjectType (5) | samplingFrequencyIndex (4) | channelConfiguration (4) | GASpecificConfig 000 (3) |
 *
 * @see ISO/IEC 14496-3 §1.6.2.1, §4.4.1
 */
export function adtsAudioSpecificConfig(header: AdtsHeader): Uint8Array {
  const { audioObjectType, samplingFrequency, channelConfiguration } = header
  const index = samplingFrequencies.findIndex(frequency => frequency === samplingFrequency)
  return Uint8Array.of((audioObjectType << 3) | (index >> 1), ((index & 1) << 7) | (channelConfiguration << 3))
}
