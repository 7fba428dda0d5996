import { rescale } from '../core/time.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Frame } from '../media/frame.ts'

/** So much sound is kept. Encoders send it behind the pictures, and what they have not sent dies with them. */
const longestTime: Milliseconds = 1000
/** Of one that stamps everything with one time, or sends more than any codec of sound needs, less is kept. */
const mostFrames = 512
const mostBytes: Bytes = 1024 * 1024

/**
 * The sound of an input that came shortly before its newest key frame. Where the input that was on air has ended, its
 * sound may have ended before its pictures: this goes on from there, though it is earlier than what is shown.
 */
export class EarlierSound {
  /** In the order in which it came: the oldest is dropped where a bound is reached. */
  readonly #recent: Frame[] = []
  #bytes: Bytes = 0
  #kept: readonly Frame[] = []

  /** What came before the newest key frame, in the order in which it came. */
  get frames(): readonly Frame[] {
    return this.#kept
  }

  /** Sound has come. Keeps the frame. */
  add(frame: Frame): void {
    this.#recent.push(frame)
    this.#bytes += frame.payload.length
    const since = timeOf(frame) - longestTime
    for (let [oldest] = this.#recent; oldest !== undefined && this.#isDue(oldest, since); [oldest] = this.#recent) {
      this.#recent.shift()
      this.#bytes -= oldest.payload.length
    }
  }

  /** A key frame has come. */
  keep(): void {
    this.#kept = [...this.#recent]
  }

  clear(): void {
    this.#recent.length = 0
    this.#bytes = 0
    this.#kept = []
  }

  #isDue(oldest: Frame, since: Milliseconds): boolean {
    return timeOf(oldest) < since || this.#recent.length > mostFrames || this.#bytes > mostBytes
  }
}

function timeOf({ dts, track }: Frame): Milliseconds {
  return rescale(dts, track.timescale, 1000) as number
}
