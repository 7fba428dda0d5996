import { addSequence, type SequenceRange, sequenceDistance } from './sequence-number.ts'

/**
 * Sequence numbers that are missing, as ranges in ascending order without overlap or touch. All lie within half of the
 * circle, as does what is asked for.
 */
export class LossList {
  readonly #ranges: SequenceRange[] = []

  get ranges(): readonly SequenceRange[] {
    return this.#ranges
  }

  get first(): number | undefined {
    return this.#ranges[0]?.first
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** Add a range; what is in the list already stays once. */
  add({ first, last }: SequenceRange): void {
    const from = this.#indexOf(addSequence(first, -1))
    let to = from
    let merged = { first, last }
    for (let range = this.#ranges[to]; range !== undefined && touches(range, merged); range = this.#ranges[++to]) {
      merged = { first: earlier(range.first, merged.first), last: later(range.last, merged.last) }
    }
    this.#ranges.splice(from, to - from, merged)
  }

  /** True if `sequence` was in the list. */
  remove(sequence: number): boolean {
    const range = this.#ranges[this.#indexOf(sequence)]
    if (range === undefined || sequenceDistance(range.first, sequence) < 0) return false
    this.removeRange({ first: sequence, last: sequence })
    return true
  }

  /** Remove what is in the list of a range. */
  removeRange({ first, last }: SequenceRange): void {
    const from = this.#indexOf(first)
    let to = from
    const rest: SequenceRange[] = []
    for (let range = this.#ranges[to]; range !== undefined; range = this.#ranges[++to]) {
      if (sequenceDistance(range.first, last) < 0) break
      if (sequenceDistance(range.first, first) > 0) rest.push({ first: range.first, last: addSequence(first, -1) })
      if (sequenceDistance(last, range.last) > 0) rest.push({ first: addSequence(last, 1), last: range.last })
    }
    this.#ranges.splice(from, to - from, ...rest)
  }

  /** Remove everything before `sequence`. */
  removeBefore(sequence: number): void {
    const { first } = this
    if (first === undefined || sequenceDistance(first, sequence) <= 0) return
    this.removeRange({ first, last: addSequence(sequence, -1) })
  }

  /** The part of the list from `first` up to, and without, `end`. */
  between(first: number, end: number): readonly SequenceRange[] {
    const part: SequenceRange[] = []
    for (let i = this.#indexOf(first); i < this.#ranges.length; i++) {
      const range = this.#ranges[i]
      if (range === undefined || sequenceDistance(range.first, end) <= 0) break
      part.push({ first: later(range.first, first), last: earlier(range.last, addSequence(end, -1)) })
    }
    return part
  }

  /** Where the first range is that does not end before `sequence`, or would be. */
  #indexOf(sequence: number): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sequenceDistance(sequence, this.#ranges[middle]?.last ?? sequence) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** True if the ranges overlap or one follows the other at once. */
function touches(one: SequenceRange, other: SequenceRange): boolean {
  return sequenceDistance(one.last, other.first) <= 1 && sequenceDistance(other.last, one.first) <= 1
}

function earlier(one: number, other: number): number {
  return sequenceDistance(one, other) >= 0 ? one : other
}

function later(one: number, other: number): number {
  return sequenceDistance(one, other) >= 0 ? other : one
}
