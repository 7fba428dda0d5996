import { rescale } from '../core/time.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Frame } from './frame.ts'

/** Frames that are held back at most, whatever their times say. */
const maxHeld = 512

type HeldFrame = { readonly frame: Frame; readonly time: Milliseconds }

/**
 * Puts the frames of one publisher into the order of their decode times, for publishers that send sound far ahead of the
 * picture or behind it.
 *
 * A frame leaves when nothing earlier can come: both picture and sound are there, and it is the earliest. Where one of
 * them is missing, it leaves when frames of `window` later have come, or when too many wait. Tracks keep their own order.
 */
export class InterleaveQueue {
  readonly #window: Milliseconds
  /** By time; frames of one time in the order in which they came. */
  readonly #held: HeldFrame[] = []
  #videoHeld = 0
  #audioHeld = 0

  /** @param window The longest time, in media time, that a frame waits for the other kind. */
  constructor(window: Milliseconds) {
    this.#window = window
  }

  /** Takes over the frame. Returns those that leave now, in order. */
  push(frame: Frame): readonly Frame[] {
    const time: Milliseconds = rescale(frame.dts, frame.track.timescale, 1000) as number
    const after = this.#held.findLastIndex(held => held.time <= time)
    this.#held.splice(after + 1, 0, { frame, time })
    this.#count(frame, 1)
    const ready: Frame[] = []
    for (let due = this.#shiftDue(); due !== undefined; due = this.#shiftDue()) ready.push(due)
    return ready
  }

  /** Everything that waits, in order: nothing more comes. */
  flush(): readonly Frame[] {
    const frames = this.#held.splice(0).map(({ frame }) => frame)
    this.#videoHeld = 0
    this.#audioHeld = 0
    return frames
  }

  #shiftDue(): Frame | undefined {
    const [head] = this.#held
    if (head === undefined || !this.#isDue(head)) return undefined
    this.#held.shift()
    this.#count(head.frame, -1)
    return head.frame
  }

  #isDue(head: HeldFrame): boolean {
    const newest = this.#held.at(-1) ?? head
    const hasBoth = this.#videoHeld > 0 && this.#audioHeld > 0
    return hasBoth || newest.time - head.time >= this.#window || this.#held.length > maxHeld
  }

  #count({ track }: Frame, change: 1 | -1): void {
    if (track.kind === 'video') this.#videoHeld += change
    if (track.kind === 'audio') this.#audioHeld += change
  }
}
