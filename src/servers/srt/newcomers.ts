import { householdOf } from '../../core/household.ts'
import type { Milliseconds } from '../../core/units.ts'

/** From one address: that many encoders behind one router may come at once, after a power cut. */
const maxPerAddress = 256
const maxInAll = 10_000
/** How long one still counts that has come to nothing: so often may an address try in vain. */
const memory: Milliseconds = 10_000

/**
 * Callers that have shown nothing yet but a cookie: they wait to be let in, or they are in and have said nothing. Whoever
 * has one address can call as often as it likes, so there is a bound on those from one, and on all.
 */
export class Newcomers {
  readonly #counts = new Map<string, number>()
  /** Those that have come to nothing, in the order in which they are forgotten. */
  readonly #gone: { readonly household: string; readonly until: Milliseconds }[] = []
  #inAll = 0

  /** Take in one more. False if there are too many. */
  admit(address: string, now: Milliseconds): boolean {
    this.#forget(now)
    const household = householdOf(address)
    const count = this.#counts.get(household) ?? 0
    if (count >= maxPerAddress || this.#inAll >= maxInAll) return false
    this.#counts.set(household, count + 1)
    this.#inAll++
    return true
  }

  /** One has shown that it is there, and is no newcomer any more. */
  settle(address: string): void {
    this.#release(householdOf(address))
  }

  /** One was refused, or has never said a word. */
  fail(address: string, now: Milliseconds): void {
    this.#gone.push({ household: householdOf(address), until: now + memory })
  }

  #forget(now: Milliseconds): void {
    const kept = this.#gone.findIndex(({ until }) => until > now)
    const over = this.#gone.splice(0, kept === -1 ? this.#gone.length : kept)
    for (const { household } of over) this.#release(household)
  }

  #release(household: string): void {
    const count = this.#counts.get(household) ?? 0
    if (count > 1) this.#counts.set(household, count - 1)
    else this.#counts.delete(household)
    this.#inAll--
  }
}
