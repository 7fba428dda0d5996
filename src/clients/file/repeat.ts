import type { Microseconds } from '../../core/units.ts'
import type { MediaTimes } from './media-times.ts'

/** A file that is shorter, such as one of one picture, is repeated with this period. */
const shortestRound: Microseconds = 40_000

/**
 * What a file holds, again and again, in one time that goes on: each round begins where the longest track of the one
 * before has ended, and tracks stay as far apart as they are. A file of nothing is read once.
 */
export async function* repeat<Item>(read: () => AsyncIterable<Item>, times: MediaTimes<Item>): AsyncGenerator<Item> {
  let offset: Microseconds = 0
  for (;;) {
    const span = new TimeSpan()
    for await (const item of read()) {
      span.add(times.trackOf(item), times.timeOf(item))
      yield times.moved(item, offset)
    }
    if (span.isEmpty) return
    offset += span.length
  }
}

type TrackSpan = { newest: Microseconds; step: Microseconds }

/** How long a round is: from its earliest frame to the end of the latest, which lasts as long as the one before it. */
class TimeSpan {
  #first: Microseconds = Number.POSITIVE_INFINITY
  readonly #tracks = new Map<number, TrackSpan>()

  get isEmpty(): boolean {
    return this.#tracks.size === 0
  }

  get length(): Microseconds {
    const ends = [...this.#tracks.values()].map(({ newest, step }) => newest + step)
    return Math.max(Math.max(...ends) - this.#first, shortestRound)
  }

  add(track: number, time: Microseconds | undefined): void {
    if (time === undefined) return
    const known = this.#tracks.get(track)
    this.#first = Math.min(this.#first, time)
    if (known === undefined) this.#tracks.set(track, { newest: time, step: 0 })
    else if (time > known.newest) {
      known.step = time - known.newest
      known.newest = time
    }
  }
}
