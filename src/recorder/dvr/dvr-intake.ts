import type {
  ArchivedSegment,
  PeriodClock,
  SegmentFacts,
  SegmentIntake,
  SegmentPlace,
} from '../../contracts/segments.ts'
import { segmentEvents } from './segment-events.ts'
import { spanOf } from './segment-window.ts'
import type { SegmentBytes } from './stream-folder.ts'

export type DvrIntakeOptions = {
  /** The newest segment that was taken before, and when what was taken ends. */
  readonly last: ArchivedSegment | undefined
  readonly end: number
  readonly onSegment: (segment: ArchivedSegment, files: SegmentBytes) => void
  /** Where the first segment of all is counted from. */
  readonly start: { readonly position: number; readonly discontinuity: number }
  readonly onPeriod: (clock: PeriodClock) => void
  /** Called once. */
  readonly onEnd: () => void
}

/** Gives each segment of one run of a packager its place behind those that were kept before. */
export class DvrIntake implements SegmentIntake {
  readonly newest: SegmentPlace | undefined
  readonly #options: DvrIntakeOptions
  /** From a number to its position; `undefined` before the first segment. */
  #shift: number | undefined
  #period: number | undefined
  #discontinuity: number
  #isOpen = true

  constructor(options: DvrIntakeOptions) {
    const { last, end, start } = options
    this.#options = options
    this.newest = last && { number: last.number, period: last.period, end: Math.max(end, spanOf(last).to) }
    this.#period = last?.period
    this.#discontinuity = last?.discontinuity ?? start.discontinuity
  }

  beginPeriod(clock: PeriodClock): void {
    if (this.#isOpen) this.#options.onPeriod(clock)
  }

  add(facts: SegmentFacts, init: Uint8Array, bytes: Uint8Array): void {
    if (!this.#isOpen) return
    const { number, period } = facts
    const { last, start } = this.#options
    this.#shift ??= (last === undefined ? start.position : last.position + 1) - number
    if (this.#period !== undefined && period > this.#period) this.#discontinuity++
    this.#period = period
    const events = segmentEvents(bytes)
    this.#options.onSegment(
      { ...facts, ...(events && { events }), position: number + this.#shift, discontinuity: this.#discontinuity },
      { init, bytes },
    )
  }

  end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#options.onEnd()
  }
}
