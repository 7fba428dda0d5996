import type { Milliseconds } from '../core/units.ts'

/** Streams that are remembered. Names that nobody publishes come from anybody, so there is no end of them. */
const maxStreams = 10_000

/**
 * Numbers the events of each stream, one after the other. The first of a stream that is not remembered, as after a
 * restart, is the time in milliseconds since 1970: that is more than any before it, unless a stream had a thousand events
 * a second all the while.
 */
export class StreamSequences {
  /** The last number of each stream, those without events for longest first. */
  readonly #last = new Map<string, number>()

  next(stream: string, wall: Milliseconds): number {
    const last = this.#last.get(stream)
    const next = last === undefined ? Math.floor(wall) : last + 1
    this.#last.delete(stream)
    this.#last.set(stream, next)
    if (this.#last.size > maxStreams) this.#forgetOldest()
    return next
  }

  #forgetOldest(): void {
    for (const stream of this.#last.keys()) {
      this.#last.delete(stream)
      return
    }
  }
}
