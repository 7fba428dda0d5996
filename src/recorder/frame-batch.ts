import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'

/** A batch is written when it has this much … */
const fullSize: Bytes = 256 * 1024
/** … or is this old, so that a crash costs less than the last second. */
const fullAge: Milliseconds = 500

/** The batch that begins a file should hold a frame of each track: it waits so long for the second kind … */
const settleTime: Milliseconds = 1000
/** … unless it has this much. */
const settleSize: Bytes = 8 * 1024 * 1024

/** What a container adds to a frame, about. */
const frameOverhead: Bytes = 15

/** Frames on their way to the disk, in the order of the stream. */
export class FrameBatch {
  #frames: PlacedFrame[] = []
  #size: Bytes = 0

  get isEmpty(): boolean {
    return this.#frames.length === 0
  }

  add(placed: PlacedFrame): void {
    this.#frames.push(placed)
    this.#size += placed.frame.payload.length + frameOverhead
  }

  /** Put back what was taken and not written. */
  putBack(frames: readonly PlacedFrame[]): void {
    const later = this.take()
    for (const placed of [...frames, ...later]) this.add(placed)
  }

  take(): readonly PlacedFrame[] {
    const frames = this.#frames
    this.#frames = []
    this.#size = 0
    return frames
  }

  /** True if it should be written without more waiting. @param beginsFile Its first frame is the first of a file. */
  isFull(beginsFile: boolean): boolean {
    if (!beginsFile) return this.#size >= fullSize
    return this.#size >= settleSize || this.#span >= settleTime || (this.#hasBothKinds && this.#span >= fullAge)
  }

  /** How old it may become. */
  static maxAge(beginsFile: boolean): Milliseconds {
    return beginsFile ? settleTime : fullAge
  }

  /** Media time from the first frame to the last. */
  get #span(): Milliseconds {
    const [first, last] = [this.#frames[0], this.#frames.at(-1)]
    return first === undefined || last === undefined ? 0 : last.time - first.time
  }

  get #hasBothKinds(): boolean {
    const tracks = this.#frames.at(-1)?.tracks ?? []
    return ['video', 'audio'].every(kind => tracks.some(track => track.kind === kind))
  }
}
