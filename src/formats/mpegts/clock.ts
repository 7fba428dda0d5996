import { rescale } from '../../core/time.ts'
import type { Ticks } from '../../core/units.ts'

/** Ticks per second of PTS, DTS and the base of PCR. */
export const systemClock = 90_000

/** PTS, DTS and the base of PCR have 33 bits. */
export const clockModulus = 2 ** 33

export function toSystemClock(time: Ticks, timescale: number): Ticks {
  return rescale(time, timescale, systemClock)
}

/** The 33 bits of a time that goes on without a wrap. */
export function wrapClock(time: Ticks): Ticks {
  const rest = (time as number) % clockModulus
  return rest < 0 ? rest + clockModulus : rest
}

/** The shortest way from one time to another on the circle of 33 bits; negative if `to` is behind. */
export function clockDistance(from: Ticks, to: Ticks): Ticks {
  const ahead = wrapClock(to - from)
  return ahead < clockModulus / 2 ? ahead : ahead - clockModulus
}
