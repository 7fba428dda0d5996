import type { Milliseconds } from '../core/units.ts'

/** A reader may start at this record. */
export const joinPointFlag = 1
/** Readers must not take the record's bytes as they are: the format writes them its own way for each reader. */
export const restartFlag = 2

const initialRecords = 128

/**
 * One block of a wire log: bytes that are written once and never changed, and a table of numbers that says where each
 * record ends, when it plays and what its format notes about it.
 *
 * Segments form a chain by `next`. Nothing points backwards, so a segment is garbage as soon as no cursor, no pending
 * write and no join point stands in it or before it.
 */
export class WireSegment {
  /** Sequence number in the log of this segment's first record. */
  readonly firstRecord: number
  /** Position in the log of this segment's first byte. */
  readonly base: number
  readonly bytes: Buffer
  next: WireSegment | undefined
  used = 0
  recordCount = 0
  #ends = new Uint32Array(initialRecords)
  #times = new Float64Array(initialRecords)
  #tags = new Uint32Array(initialRecords)

  constructor(base: number, firstRecord: number, size: number) {
    this.base = base
    this.firstRecord = firstRecord
    this.bytes = Buffer.allocUnsafeSlow(size)
  }

  get free(): number {
    return this.bytes.length - this.used
  }

  /** Append a record of the `size` bytes that lie at `used`. */
  append(size: number, time: Milliseconds, tag: number, flags: number): void {
    if (this.recordCount === this.#ends.length) this.#grow()
    this.used += size
    this.#ends[this.recordCount] = this.used
    this.#times[this.recordCount] = time
    this.#tags[this.recordCount] = (tag << 8) | flags
    this.recordCount++
  }

  /** Offset of the first byte of record `index`; of the end of the bytes for `recordCount`. */
  startOf(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? this.used)
  }

  timeOf(index: number): Milliseconds {
    return this.#times[index] ?? 0
  }

  /** The 24 bits that the format noted. */
  tagOf(index: number): number {
    return (this.#tags[index] ?? 0) >>> 8
  }

  isJoinPoint(index: number): boolean {
    return ((this.#tags[index] ?? 0) & joinPointFlag) !== 0
  }

  isRestart(index: number): boolean {
    return ((this.#tags[index] ?? 0) & restartFlag) !== 0
  }

  #grow(): void {
    const capacity = this.#ends.length * 2
    const ends = new Uint32Array(capacity)
    const times = new Float64Array(capacity)
    const tags = new Uint32Array(capacity)
    ends.set(this.#ends)
    times.set(this.#times)
    tags.set(this.#tags)
    this.#ends = ends
    this.#times = times
    this.#tags = tags
  }
}
