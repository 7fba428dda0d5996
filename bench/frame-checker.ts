import { decodeMark, isIntact, type MediaKind } from './marks.ts'

/** What happened to the frames of one kind. */
export type FrameCounts = {
  received: number
  /** Sequence numbers jumped over and not seen since. */
  lost: number
  /** The same sequence number again. */
  duplicated: number
  /** An older sequence number that had been counted as lost. */
  reordered: number
  /** Filler or kind differs from what was published, or the frame belongs to another stream. */
  corrupted: number
  /** No mark at all. */
  unmarked: number
}

export function emptyCounts(): FrameCounts {
  return { received: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0, unmarked: 0 }
}

export function addCounts(into: FrameCounts, counts: FrameCounts): void {
  into.received += counts.received
  into.lost += counts.lost
  into.duplicated += counts.duplicated
  into.reordered += counts.reordered
  into.corrupted += counts.corrupted
  into.unmarked += counts.unmarked
}

/** How many missing sequence numbers are remembered to tell a late frame from a repeated one. */
const MISSING_LIMIT = 4096

/**
 * Checks the frames of one kind that one sampled player received, in the order it received them.
 *
 * A player joins anywhere, so the first frame only sets where counting begins.
 */
export class FrameChecker {
  readonly #kind: MediaKind
  readonly #stream: number
  #next: number | undefined
  readonly #missing = new Set<number>()
  counts = emptyCounts()

  constructor(kind: MediaKind, stream: number) {
    this.#kind = kind
    this.#stream = stream
  }

  /** Count one frame; returns the nanoseconds it took since it was sent, or `undefined` if that cannot be told. */
  check(payload: Buffer, nowNs: number): number | undefined {
    this.counts.received++
    const mark = decodeMark(payload)
    if (mark === undefined) {
      this.counts.unmarked++
      return undefined
    }
    if (mark.kind !== this.#kind || mark.stream !== this.#stream || !isIntact(mark, payload)) {
      this.counts.corrupted++
    }
    this.#follow(mark.sequence)
    return nowNs - mark.sentNs
  }

  /** Begin a new count; where the sequence stands is kept. */
  reset(): void {
    this.counts = emptyCounts()
  }

  #follow(sequence: number): void {
    const next = this.#next ?? sequence
    if (sequence >= next) {
      this.#miss(next, sequence)
      this.#next = sequence + 1
    } else if (this.#missing.delete(sequence)) {
      this.counts.reordered++
      this.counts.lost--
    } else {
      this.counts.duplicated++
    }
  }

  #miss(from: number, to: number): void {
    this.counts.lost += to - from
    for (let sequence = Math.max(from, to - MISSING_LIMIT); sequence < to; sequence++) this.#missing.add(sequence)
    for (const oldest of this.#missing) {
      if (this.#missing.size <= MISSING_LIMIT) break
      this.#missing.delete(oldest)
    }
  }
}
