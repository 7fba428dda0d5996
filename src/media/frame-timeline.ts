import { rescale } from '../core/time.ts'
import type { Bytes, Milliseconds, Ticks } from '../core/units.ts'
import type { Frame } from './frame.ts'
import { Timeline, type TimelineLimits } from './timeline.ts'

/** What is held back at most until each track has come. */
const maxHeldFrames = 64
const maxHeldBytes: Bytes = 8 * 1024 * 1024
const ticksPerSecond = 1_000_000
/** No timestamps that containers tell as they are go round. */
const clock = { timescale: ticksPerSecond, modulus: Number.POSITIVE_INFINITY }

/**
 * Puts frames that have times of their own, each track in its own ticks, onto a timeline: where the stream is, without
 * jumps, and not below 0. What is moved keeps its ticks, and tracks stay together to the tick.
 *
 * The first frames are held back until each track has come, because another track may begin earlier than the first.
 */
export class FrameTimeline {
  readonly #timeline: Timeline
  readonly #move: (frame: Frame, by: Ticks) => Frame
  #held: Frame[] | undefined = []
  #heldBytes: Bytes = 0
  /** What is added to times so that none is below 0. */
  #lift: Ticks = 0

  /** @param move What a frame is at another time. */
  constructor(limits: TimelineLimits, move = movedFrame) {
    this.#timeline = new Timeline(limits, clock)
    this.#move = move
  }

  /** Place the earliest frame just behind `newest`: a publisher has come back. To be told before the first frame. */
  continueAfter(newest: Milliseconds): void {
    this.#timeline.continueAfter(newest)
  }

  /**
   * Takes over the frame.
   *
   * @param trackCount Tracks that are known by now.
   * @returns The frames that are placed now, in the order in which they came.
   */
  push(frame: Frame, trackCount: number): readonly Frame[] {
    if (this.#held === undefined) return [this.#place(frame)]
    this.#held.push(frame)
    this.#heldBytes += frame.payload.length
    const come = new Set(this.#held.map(({ track }) => track.id))
    const isFull = this.#held.length >= maxHeldFrames || this.#heldBytes >= maxHeldBytes
    return come.size >= trackCount || isFull ? this.flush() : []
  }

  /** Nothing more comes. @returns The frames that were held back. */
  flush(): readonly Frame[] {
    const held = this.#held ?? []
    this.#held = undefined
    const [first] = held.toSorted((a, b) => timeOf(a) - timeOf(b))
    if (first === undefined) return []
    this.#lift = Math.max(0, -timeOf(first))
    this.#timeline.place(first.track.id, timeOf(first) + this.#lift)
    return held.map(frame => this.#place(frame))
  }

  #place(frame: Frame): Frame {
    const { track } = frame
    const time = timeOf(frame)
    const moved = rescale(this.#timeline.place(track.id, time + this.#lift) - time, ticksPerSecond, track.timescale)
    return this.#move(frame, moved)
  }
}

function timeOf({ dts, track }: Frame): Ticks {
  return rescale(dts, track.timescale, ticksPerSecond)
}

function movedFrame(frame: Frame, by: Ticks): Frame {
  return by === 0 ? frame : { ...frame, dts: frame.dts + by, pts: frame.pts + by }
}
