import type { Ticks } from '../../core/units.ts'
import type { AdaptationField } from './adaptation-field.ts'
import { systemClock } from './clock.ts'

/**
 * From the PCR at which the last byte of an access unit may come to its decoding: half of the second for which ISO/IEC
 * 13818-1 §2.4.2.6 lets data wait. That leaves room for sound that is packed or comes a little late on the one side, for
 * the buffers of the T-STD on the other.
 */
export const decodeDelay: Ticks = systemClock / 2

/** A track may be so far behind the newest frame of the others before the clock waits for it. */
const freeLag: Ticks = decodeDelay - 0.16 * systemClock
/** The clock waits no longer: the other tracks would lie in their buffers for more than a second. */
const mostLag: Ticks = systemClock - decodeDelay
/** A pause that is longer is not filled with references. */
const longestFill: Ticks = systemClock

/** What an adaptation field says about the clock. */
export type ClockReference = Pick<AdaptationField, 'pcr' | 'discontinuity'>

export const noReference: ClockReference = { pcr: undefined, discontinuity: false }

/**
 * The clock of a program: the newest decode time of any frame, less what the slowest track is behind it. So whatever is
 * written comes before it is to be decoded. It never goes back.
 *
 * @see ISO/IEC 13818-1 §2.4.2.1 (system clock frequency), §2.4.2.6 (buffering)
 */
export class ProgramClock {
  readonly #origin: Ticks
  #newest: Ticks = Number.NEGATIVE_INFINITY
  #lag: Ticks = 0
  #told: Ticks | undefined

  /** @param origin The stream's time at which the clock is 0. */
  constructor(origin: Ticks) {
    this.#origin = origin
  }

  /** The newest decode time. */
  get newest(): Ticks {
    return this.#newest
  }

  get time(): Ticks {
    return Math.max(this.#newest - this.#lag, this.#told ?? Number.NEGATIVE_INFINITY)
  }

  /** The time that was last told; `undefined` if that is nothing to go on from. */
  get told(): Ticks | undefined {
    const told = this.#told
    return told !== undefined && this.time - told > longestFill ? undefined : told
  }

  /** A frame has come. */
  advance(dts: Ticks): void {
    if (dts - this.#newest > longestFill) this.#lag = 0
    this.#newest = Math.max(this.#newest, dts)
    this.#lag = Math.min(Math.max(this.#lag, this.#newest - dts - freeLag), mostLag)
  }

  /** Tell a time of this clock, unless it was told already. */
  tell(time: Ticks): ClockReference {
    if (this.#told !== undefined && time <= this.#told) return noReference
    const discontinuity = this.#told !== undefined && time - this.#told > longestFill
    this.#told = time
    return { pcr: time - this.#origin, discontinuity }
  }
}
