import type { Clock } from '../../contracts/clock.ts'
import type { Milliseconds } from '../../core/units.ts'
import { passing } from '../passing.ts'

/** What comes is held together for this long, so that one write carries several. */
const granularity: Milliseconds = 10
/** Who is further behind than this is not hurried any more. */
const longestLag: Milliseconds = 1000

export type Pacing<Item> = {
  /** `undefined` for what goes with what is before it. */
  readonly timeOf: (item: Item) => Milliseconds | undefined
  /** A step in time that is longer is a jump of the file's clock, and is not waited for. */
  readonly longestStep?: Milliseconds
  readonly clock: Clock
  /** Ends it early. */
  readonly signal: AbortSignal
}

/** What is read in groups, each at the time that it has. Who is slower gets it as fast as he takes it. */
export async function* pace<Item>(
  items: AsyncIterable<Item>,
  { timeOf, longestStep = Number.POSITIVE_INFINITY, clock, signal }: Pacing<Item>,
): AsyncGenerator<readonly Item[]> {
  const pacer = new Pacer(clock, longestStep)
  let group: Item[] = []
  for await (const item of items) {
    const time = timeOf(item)
    const wait = time === undefined ? 0 : pacer.waitFor(time)
    if (wait > granularity) {
      yield group
      group = []
      await passing(wait, clock, signal)
    }
    if (signal.aborted) return
    group.push(item)
  }
  yield group
}

/** Says how long it is until the time of what comes next. */
class Pacer {
  readonly #clock: Clock
  readonly #longestStep: Milliseconds
  /** When the media time 0 was, or would have been. */
  #start: Milliseconds | undefined
  #newest: Milliseconds = 0

  constructor(clock: Clock, longestStep: Milliseconds) {
    this.#clock = clock
    this.#longestStep = longestStep
  }

  waitFor(time: Milliseconds): Milliseconds {
    const now = this.#clock.now()
    const ahead = time - this.#newest
    const isJump = Math.abs(ahead) > this.#longestStep
    if (this.#start === undefined || isJump) this.#start = now - time
    if (ahead > 0 || isJump) this.#newest = time
    const wait = this.#start + this.#newest - now
    if (wait < -longestLag) this.#start = now - this.#newest
    return wait
  }
}
