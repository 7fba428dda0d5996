import type { Ticks } from './units.ts'

/**
 * Convert a media time between timescales, rounding to nearest, halves away from zero.
 *
 * Whole seconds and the rest are converted apart, so the result is exact as long as it is a safe integer itself:
 * 3 000 years at 90 kHz.
 *
 * @param time Ticks of `from`; may be negative.
 * @param from Ticks per second of `time`. Positive integer.
 * @param to Ticks per second of the result. Positive integer.
 * @throws {RangeError} If a timescale is not a positive integer.
 * @see RFC 3550 §5.1 (RTP clock), ISO/IEC 14496-12 §8.4.2 (mdhd timescale)
 */
export function rescale(time: Ticks, from: number, to: number): Ticks {
  if (from === to) return time
  if (!Number.isInteger(from) || from <= 0) throw new RangeError(`Cannot rescale from ${from} ticks per second`)
  if (!Number.isInteger(to) || to <= 0) throw new RangeError(`Cannot rescale to ${to} ticks per second`)

  const magnitude = Math.abs(time)
  const seconds = Math.floor(magnitude / from)
  const rest = magnitude - seconds * from
  const scaled = seconds * to + Math.floor((rest * to) / from + 0.5)
  return time < 0 ? -scaled : scaled
}
