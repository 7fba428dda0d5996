import { addSequence, type SequenceRange, sequenceDistance } from './sequence-number.ts'

/**
 * Sequence numbers that are missing, as ranges in ascending order without overlap. All lie within half of the circle,
 * as does what is asked for.
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
    const from = this.#ranges.findIndex(range => sequenceDistance(range.last, first) <= 1)
    if (from === -1) return void this.#ranges.push({ first, last })
    let to = from
    let merged = { first, last }
    for (let range = this.#ranges[to]; range !== undefined && touches(range, merged); range = this.#ranges[++to]) {
      merged = { first: earlier(range.first, merged.first), last: later(range.last, merged.last) }
    }
    this.#ranges.splice(from, to - from, merged)
  }

  /** True if `sequence` was in the list. */
  remove(sequence: number): boolean {
    const at = this.#ranges.findIndex(range => contains(range, sequence))
    const range = this.#ranges[at]
    if (range === undefined) return false
    const rest: SequenceRange[] = []
    if (range.first !== sequence) rest.push({ first: range.first, last: addSequence(sequence, -1) })
    if (range.last !== sequence) rest.push({ first: addSequence(sequence, 1), last: range.last })
    this.#ranges.splice(at, 1, ...rest)
    return true
  }

  /** Remove everything before `sequence`. */
  removeBefore(sequence: number): void {
    while (this.#ranges[0] !== undefined && sequenceDistance(this.#ranges[0].last, sequence) > 0) this.#ranges.shift()
    const range = this.#ranges[0]
    if (range !== undefined && sequenceDistance(range.first, sequence) > 0) {
      this.#ranges[0] = { first: sequence, last: range.last }
    }
  }
}

function contains({ first, last }: SequenceRange, sequence: number): boolean {
  return sequenceDistance(first, sequence) >= 0 && sequenceDistance(sequence, last) >= 0
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
