import { householdOf } from '../core/household.ts'
import type { Milliseconds } from '../core/units.ts'

export type FailureLimits = {
  /** Wrong attempts that one address has within the window; 0 for no limit. */
  readonly limit: number
  readonly window: Milliseconds
}

/** Addresses in one of the two generations that are kept. Both together take some 10 MB at most. */
const maxGeneration = 32_768

type Failures = { count: number; readonly since: Milliseconds }

/**
 * Counts wrong attempts per address, and says who has had enough of them for now: until the window, which the first one
 * opened, is over.
 *
 * When the newer generation is full it becomes the older one, and what was the older one is forgotten: addresses that
 * are quiet while so many others fail. (A Map that gives up its oldest key at each new one is slow in V8.)
 */
export class FailureLimiter {
  readonly #limits: FailureLimits
  #newer = new Map<string, Failures>()
  #older = new Map<string, Failures>()

  constructor(limits: FailureLimits) {
    this.#limits = limits
  }

  /** Whether it works with these limits. */
  isFor({ limit, window }: FailureLimits): boolean {
    return this.#limits.limit === limit && this.#limits.window === window
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#newer.size + this.#older.size
  }

  isBlocked(address: string, now: Milliseconds): boolean {
    const key = householdOf(address)
    const failures = this.#newer.get(key) ?? this.#older.get(key)
    return failures !== undefined && this.#blocks(failures, now)
  }

  /** Count a wrong attempt. Returns true if it was the one too many. */
  fail(address: string, now: Milliseconds): boolean {
    const { limit } = this.#limits
    if (limit === 0) return false
    const failures = this.#keep(householdOf(address), now)
    failures.count++
    return failures.count === limit
  }

  /** Addresses that are blocked now. */
  blockedCount(now: Milliseconds): number {
    const all = [...this.#newer.values(), ...this.#older.values()]
    return all.filter(failures => this.#blocks(failures, now)).length
  }

  #blocks(failures: Failures, now: Milliseconds): boolean {
    return failures.count >= this.#limits.limit && !this.#isOver(failures, now)
  }

  #isOver({ since }: Failures, now: Milliseconds): boolean {
    return now - since >= this.#limits.window
  }

  /** What is known of an address in this window, moved to the newer generation. */
  #keep(key: string, now: Milliseconds): Failures {
    const known = this.#newer.get(key) ?? this.#older.get(key)
    const failures = known === undefined || this.#isOver(known, now) ? { count: 0, since: now } : known
    this.#older.delete(key)
    if (this.#newer.size >= maxGeneration && !this.#newer.has(key)) {
      this.#older = this.#newer
      this.#newer = new Map()
    }
    this.#newer.set(key, failures)
    return failures
  }
}
