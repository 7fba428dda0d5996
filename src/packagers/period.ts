import type { Milliseconds } from '../core/units.ts'
import type { Generation } from './generation.ts'
import type { RenditionHead } from './rendition-head.ts'

/**
 * A time of the stream in which each track has one configuration and the clock does not jump: what lies between two
 * discontinuities in HLS.
 */
export type Period = {
  /** Never used again, by a restarted server neither. */
  readonly number: number
  /** Discontinuity sequence: rises by one from period to period. */
  readonly discontinuity: number
  /** What DASH calls a period. */
  readonly generation: Generation
  /** When its first frame came, by the clock on the wall. Its media count from the Unix epoch by the same clock. */
  readonly start: Milliseconds
  /** By the name of the rendition. */
  readonly heads: ReadonlyMap<string, RenditionHead>
}

/**
 * Where discontinuity sequences begin: rises from restart to restart unless a stream changes more often than each hour,
 * and stays small. hls.js 1.7.4 goes through all numbers up to the present one with each playlist.
 */
export function firstDiscontinuity(wall: Milliseconds): number {
  return Math.max(0, Math.floor((wall - Date.UTC(2026, 0, 1)) / 3_600_000))
}
