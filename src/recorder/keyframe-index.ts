import type { Bytes, Milliseconds } from '../core/units.ts'

/** Where a player may start to read the file. */
export type Keyframe = {
  /** Time in the file. */
  readonly time: Milliseconds
  /** Offset of the tag, or of what the container seeks to. */
  readonly position: Bytes
}

/**
 * The key frames of one file, in a bounded number: a full index loses every second entry, and takes every second key
 * frame from then on; full again, every fourth; and so on. So it always covers the whole file evenly, with at least
 * half of `capacity`.
 */
export class KeyframeIndex<Entry extends Pick<Keyframe, 'position'> = Keyframe> {
  readonly #capacity: number
  #entries: Entry[] = []
  /** One key frame in so many is kept. */
  #stride = 1
  #seen = 0
  #lastPosition: Bytes = -1

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** Ignores a position that it has: FFmpeg drops an index that has one twice. */
  add(keyframe: Entry): void {
    if (keyframe.position <= this.#lastPosition) return
    this.#lastPosition = keyframe.position
    if (this.#seen++ % this.#stride !== 0) return
    this.#entries.push(keyframe)
    if (this.#entries.length < this.#capacity) return
    this.#entries = this.#entries.filter((_, number) => number % 2 === 0)
    this.#stride *= 2
  }
}
