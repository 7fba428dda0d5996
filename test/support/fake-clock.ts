import type { Clock, Timer } from '../../src/contracts/clock.ts'

type Pending = { readonly at: number; readonly order: number; readonly callback: () => void }

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  #now = 0
  #order = 0
  readonly #pending = new Set<Pending>()

  now(): number {
    return this.#now
  }

  /** Wall time starts at 2026-01-01T00:00:00Z. */
  wall(): number {
    return Date.UTC(2026, 0, 1) + this.#now
  }

  soon(callback: () => void): void {
    this.after(0, callback)
  }

  after(delay: number, callback: () => void): Timer {
    const pending: Pending = { at: this.#now + delay, order: this.#order++, callback }
    this.#pending.add(pending)
    return { cancel: () => this.#pending.delete(pending) }
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** Let `span` pass and run, in order, what falls due in it; `advance(0)` runs what was asked for soon. */
  advance(span: number): void {
    const end = this.#now + span
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#pending.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
    }
    this.#now = end
  }

  #next(end: number): Pending | undefined {
    const due = [...this.#pending].filter(pending => pending.at <= end)
    return due.sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}
