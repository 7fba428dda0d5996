import type { FrameTarget } from '../contracts/frame-target.ts'
import type { PublishSettings } from '../contracts/path-settings.ts'
import type { Frame } from '../media/frame.ts'
import { InterleaveQueue } from '../media/interleave-queue.ts'
import { keptTimes, repairedTimes, type TimelineLimits } from '../media/timeline.ts'
import type { Track } from '../media/track.ts'

/** What counts as a jump of a publisher's clock, as its settings want it. */
export function limitsOf({ timestamps }: Pick<PublishSettings, 'timestamps'>): TimelineLimits {
  return timestamps === 'keep' ? keptTimes : repairedTimes
}

/** The frames of one publisher on their way into its publication: in the order of their times, if that is wanted. */
export class PublishedFrames {
  readonly #target: FrameTarget
  readonly #queue: InterleaveQueue | undefined
  #declared: readonly Track[] = []

  constructor(target: FrameTarget, { interleaveWindow }: Pick<PublishSettings, 'interleaveWindow'>) {
    this.#target = target
    this.#queue = interleaveWindow > 0 ? new InterleaveQueue(interleaveWindow) : undefined
  }

  /**
   * Make the tracks known before their frames. Costs nothing while they stay the same.
   *
   * @param tracks The same array until one of them changes.
   * @param announcesPictures True if there will be pictures, though they may not be among the tracks yet.
   * @returns True if one has.
   */
  declare(tracks: readonly Track[], announcesPictures = false): boolean {
    if (announcesPictures) this.#target.announcesPictures = true
    if (tracks === this.#declared) return false
    this.#declared = tracks
    for (const track of tracks) this.#target.declare(track)
    return true
  }

  /** Takes over the frame. */
  write(frame: Frame): void {
    if (this.#queue === undefined) return this.#target.write(frame)
    for (const ready of this.#queue.push(frame)) this.#target.write(ready)
  }

  /** The publisher leaves: hand on what was held back. */
  flush(): void {
    for (const frame of this.#queue?.flush() ?? []) this.#target.write(frame)
  }
}
