import type { Clock } from '../../contracts/clock.ts'
import type { Microseconds } from '../../core/units.ts'

/** Time as SRT counts it. */
export function microseconds(clock: Clock): Microseconds {
  return Math.round(clock.now() * 1000)
}
