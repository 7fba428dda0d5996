/** acmod: which full-bandwidth channels there are. ETSI TS 102 366 §4.4.2.3. */
export type AudioCodingMode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

/** In Hz, by fscod. ETSI TS 102 366 §4.4.1.3. */
export const samplingRates = [48_000, 44_100, 32_000] as const

/** nfchans by acmod. */
const fullBandwidthChannels = [2, 1, 2, 3, 3, 4, 4, 5] as const

/** Channels of a coding mode, low-frequency effects included. */
export function channelsOf(acmod: AudioCodingMode, lfeon: boolean): number {
  return fullBandwidthChannels[acmod] + (lfeon ? 1 : 0)
}
