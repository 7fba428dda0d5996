import type { AudioSpecificConfig } from './audio-specific-config.ts'

/**
 * Samples of a frame as they come out of the decoder, at the rate that the track's facts tell: 1024 or 960, and twice as
 * many with SBR that doubles the rate. `undefined` for types that are no general audio.
 *
 * @see ISO/IEC 14496-3 §4.5.1.1 (frameLengthFlag), §4.6.18.2 (SBR)
 */
export function aacFrameSamples(config: AudioSpecificConfig): number | undefined {
  const { frameLength, samplingFrequency, extensionSamplingFrequency } = config
  if (frameLength === undefined) return undefined
  return Math.round((frameLength * (extensionSamplingFrequency ?? samplingFrequency)) / samplingFrequency)
}
