import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'
import { EntrySpacing } from './entry-spacing.ts'
import type { Boundary } from './lane.ts'
import type { PlannedRendition } from './stream-form.ts'
import type { TargetDuration } from './target-duration.ts'

export type SegmentCutsOptions = {
  /** The first picture, else the first sound: its frames say where segments begin. */
  readonly leader: PlannedRendition
  /** Where the period begins. */
  readonly first: Boundary
  /** A segment ends at the first key frame that is this far behind its beginning. */
  readonly segmentDuration: Milliseconds
  readonly target: TargetDuration
}

/**
 * Encoders stamp pictures by a clock that is not quite ours: a key frame may be early by this share of a segment, unless
 * the next one is nearer. One that is earlier counts if the next would be too late.
 */
const tolerance = 0.05
/** A leader that stays away for so long no longer says where segments begin. */
const longestSilence: Milliseconds = 1000

/** Where the segments of one period end. */
export class SegmentCuts {
  readonly #options: SegmentCutsOptions
  readonly #hasPictures: boolean
  /** Where a segment could begin with a frame of the leader. */
  readonly #entries: EntrySpacing
  /** Where the segment begins that is being made. */
  #segment: Boundary
  /** Of the newest frame of the leader, and how far the stream had come when it came. */
  #leaderTime: Milliseconds
  #leaderHeardAt: Milliseconds
  /** How far the stream has come. */
  #passed: Milliseconds

  constructor(options: SegmentCutsOptions) {
    const { first, leader } = options
    this.#options = options
    this.#segment = first
    this.#hasPictures = leader.head.tracks.some(({ kind }) => kind === 'video')
    this.#entries = new EntrySpacing(first.time)
    this.#leaderTime = first.time
    this.#leaderHeardAt = first.time
    this.#passed = first.time
  }

  get leader(): PlannedRendition {
    return this.#options.leader
  }

  /** True if decoding can begin with a frame of media. */
  isIndependent({ frame, isJoinPoint }: PlacedFrame): boolean {
    return this.#hasPictures ? isJoinPoint : frame.track.kind === 'audio'
  }

  /** True if a segment ends before a frame of media. Asked once about each, in their order. */
  isBefore(placed: PlacedFrame): boolean {
    const { frame, time } = placed
    this.#passed = Math.max(this.#passed, time)
    if (!this.leader.carries(frame.track)) return this.#isLeft(time)
    const isIndependent = this.isIndependent(placed)
    const frameDuration = Math.max(0, time - this.#leaderTime)
    this.#leaderTime = time
    this.#leaderHeardAt = this.#passed
    const entryDistance = isIndependent ? this.#entries.note(time) : 0
    // Of whatever follows, a segment ends where it would be longer than players were told.
    const length = time - this.#segment.time
    if (length > 0 && length + frameDuration > this.#options.target.longest) return true
    return isIndependent && length >= this.#leastLength(length, entryDistance)
  }

  /** A segment has ended where another begins. */
  begin(boundary: Boundary): void {
    this.end(boundary.time)
    this.#segment = boundary
    this.#entries.turn()
  }

  /** A segment has ended, and the period with it. */
  end(time: Milliseconds): void {
    this.#options.target.note(time - this.#segment.time)
  }

  /** What a segment needs that could end at an entry, `length` behind its beginning. */
  #leastLength(length: Milliseconds, entryDistance: Milliseconds): Milliseconds {
    const { segmentDuration, target } = this.#options
    // Behind a cut in the midst of a group of pictures the next one is not waited for.
    // The next entry is taken to be as far ahead as the farthest was behind the one before it: it may come too late.
    const isLast = !this.#segment.isIndependent || length + this.#entries.longest > target.longest
    return isLast ? segmentDuration / 2 : segmentDuration - Math.min(tolerance * segmentDuration, entryDistance / 2)
  }

  /** True if the leader should have ended the segment before `time`, and nothing comes of it. */
  #isLeft(time: Milliseconds): boolean {
    return time - this.#segment.time > this.#options.target.longest && time - this.#leaderHeardAt > longestSilence
  }
}
