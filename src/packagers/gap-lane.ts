import type { Milliseconds, Ticks } from '../core/units.ts'
import type { Boundary, Lane, Moment } from './lane.ts'
import type { Period } from './period.ts'
import type { Rendition } from './rendition.ts'

export type GapLaneOptions = {
  readonly rendition: Rendition
  readonly period: Period
  readonly origin: Milliseconds
  readonly first: Boundary
}

/** Gaps count in milliseconds. */
const timescale = 1000

/** A rendition whose tracks a period does not have: its numbers and times go on without media. */
export class GapLane implements Lane {
  readonly #options: GapLaneOptions
  #current: Boundary

  constructor(options: GapLaneOptions) {
    this.#options = options
    this.#current = options.first
  }

  add(): void {}

  pass(): void {}

  begin(boundary: Boundary): void {
    this.end(boundary)
    this.#current = boundary
  }

  end({ presentation }: Moment): void {
    const { rendition, period, origin } = this.#options
    const { number, presentation: from } = this.#current
    const time: Ticks = Math.round(from - origin)
    rendition.complete({ number, period, timescale, time }, Math.max(0, Math.round(presentation - origin) - time))
  }
}
