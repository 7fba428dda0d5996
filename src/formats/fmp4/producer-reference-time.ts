import type { Milliseconds, Ticks } from '../../core/units.ts'
import { fullBox, uint32, uint64 } from './box.ts'

/** When a sample was made, by the clock on the wall. */
export type ProducerReferenceTime = {
  readonly trackId: number
  readonly wall: Milliseconds
  /** Of the sample, on the timeline of its decode times. */
  readonly mediaTime: Ticks
}

/** The sample has left the encoder. ISO/IEC 14496-12 §8.16.5.3. */
const outputOfEncoder = 1
/** From the epoch of NTP, 1900, to that of Unix. RFC 5905 §A.4. */
const secondsTo1970 = 2_208_988_800

/**
 * A prft, which stands in front of the movie fragment that the sample begins.
 *
 *     | reference_track_ID (32) | ntp_timestamp: seconds (32) | fraction (32) | media_time (64) |
 *
 * @see ISO/IEC 14496-12 §8.16.5
 */
export function encodeProducerReferenceTime({ trackId, wall, mediaTime }: ProducerReferenceTime): Uint8Array {
  const seconds = Math.floor(wall / 1000)
  const fraction = Math.floor(((wall - 1000 * seconds) / 1000) * 2 ** 32)
  // The seconds of NTP begin again in 2036.
  const ntp = uint32((seconds + secondsTo1970) % 2 ** 32, fraction)
  return fullBox('prft', 1, outputOfEncoder, uint32(trackId), ntp, uint64(mediaTime))
}
