import type { Ticks } from '../../core/units.ts'

/** The longest reordering that H.264 and H.265 allow, in pictures. Source: ITU-T H.264 §A.3.1, H.265 §A.4.2. */
const maxDepth = 16
/** Pictures that are looked at before the first is given a decode time: each of the deepest reordering is among them. */
const sampleSize = maxDepth + 1

/** What else tells the order of pictures. */
export type ToldOrder = {
  /** Pictures that come before another in the order of decoding and behind it in the order of showing. */
  readonly depth?: number | undefined
  /** From one picture to the next. Need not be whole. */
  readonly step?: number | undefined
}

/**
 * Works the decode times of pictures out from their presentation times, for containers that tell these alone and have
 * the pictures in the order of decoding.
 *
 * The rule: with a reordering of `depth` pictures, a picture is decoded when the one is shown that stands `depth` places
 * before it in the order of showing. So its decode time is the (depth + 1)th largest of the presentation times up to its
 * own. The first `depth` pictures, which have no such place, count back from there in steps of the mean distance.
 *
 * The depth is what the parameter sets tell, or else what the first 17 pictures need. Should a later one need more, as
 * far as 16, it grows, and times stand still until they fit again: they never go back.
 */
export class DecodeTimes {
  readonly #told: ToldOrder
  /** Of pictures that have no decode time yet. */
  #sample: Ticks[] = []
  #depth: number | undefined
  #step: Ticks = 0
  /** Where the pictures without a place count back from. */
  #first: Ticks = 0
  /** The largest presentation times, the largest first. */
  readonly #latest: Ticks[] = []
  #count = 0
  #last: Ticks = Number.NEGATIVE_INFINITY

  constructor(told: ToldOrder = {}) {
    this.#told = told
  }

  /** True if enough was told for `place`. */
  get isReady(): boolean {
    const { depth, step } = this.#told
    const isTold = depth === 0 || (depth !== undefined && step !== undefined)
    return this.#depth !== undefined || this.#sample.length >= (isTold ? depth + 1 : sampleSize)
  }

  /** Tell the presentation time of the next picture, in the order of decoding. */
  tell(pts: Ticks): void {
    if (this.#depth === undefined) this.#sample.push(pts)
  }

  /** The decode time of the next picture; each in turn. What has been told by now settles the depth. */
  place(pts: Ticks): Ticks {
    this.#depth ??= this.#settle()
    const rank = this.#insert(pts)
    this.#depth = Math.max(this.#depth, Math.min(rank, maxDepth))
    const placed = this.#latest[this.#depth] ?? this.#before(this.#depth - this.#count)
    this.#count++
    this.#last = Math.max(this.#last, placed)
    return this.#last
  }

  #settle(): number {
    const sample = this.#sample
    this.#sample = []
    const { depth = neededDepth(sample), step = meanDistance(sample, depth) } = this.#told
    this.#first = Math.min(...sample.slice(0, depth + 1))
    this.#step = step
    return Math.min(depth, maxDepth)
  }

  #before(places: number): Ticks {
    return this.#first - Math.round(places * this.#step)
  }

  /** @returns How many of the presentation times before are larger. */
  #insert(pts: Ticks): number {
    const at = this.#latest.findIndex(other => other <= pts)
    const rank = at === -1 ? this.#latest.length : at
    this.#latest.splice(rank, 0, pts)
    if (this.#latest.length > sampleSize) this.#latest.pop()
    return rank
  }
}

function neededDepth(sample: readonly Ticks[]): number {
  return Math.max(0, ...sample.map((pts, i) => sample.slice(0, i).filter(before => before > pts).length))
}

/** Among the last `depth` times in the order of showing there may be gaps, which later pictures fill. */
function meanDistance(sample: readonly Ticks[], depth: number): Ticks {
  const shown = sample.toSorted((a, b) => a - b)
  const last = shown.length > depth + 1 ? shown.length - 1 - depth : shown.length - 1
  return last < 1 ? 0 : ((shown[last] ?? 0) - (shown[0] ?? 0)) / last
}
