import type { Ticks } from '../../core/units.ts'
import { clockModulus, systemClock } from './clock.ts'

/** Ticks per second of a whole program_clock_reference. Source: ISO/IEC 13818-1 §2.4.2.1. */
export const referenceClock = 27_000_000

/** Of the extension in one tick of the base. */
const extensionTicks = referenceClock / systemClock
const referenceModulus = clockModulus * extensionTicks

/**
 * Write a program_clock_reference.
 *
 *     | program_clock_reference_base (33) | reserved 111111 | program_clock_reference_extension (9) |
 *
 * @param time Ticks of 27 MHz, in any turn of the base.
 * @see ISO/IEC 13818-1 §2.4.3.5
 */
export function writeClockReference(into: Uint8Array, at: number, time: Ticks): void {
  const rest = (time as number) % referenceModulus
  const reference = rest < 0 ? rest + referenceModulus : rest
  const [base, extension] = [Math.floor(reference / extensionTicks), reference % extensionTicks]
  const high = Math.floor(base / 2)
  into[at] = high >>> 24
  into[at + 1] = high >>> 16
  into[at + 2] = high >>> 8
  into[at + 3] = high
  into[at + 4] = ((base & 1) << 7) | 0x7e | (extension >> 8)
  into[at + 5] = extension
}
