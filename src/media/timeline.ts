import type { Milliseconds, Ticks } from '../core/units.ts'

/** What counts as a jump of the publisher's clock. */
export type TimelineLimits = {
  /** A timestamp that is further ahead of the newest one is a jump. */
  readonly forward: Milliseconds
  /** A timestamp that is further behind the newest one is a jump. */
  readonly backward: Milliseconds
  /** True if a publisher that comes back goes on at its own time, unless that would be a step back. */
  readonly keepsTimes?: boolean
}

/** A jump in either direction is closed up. */
export const repairedTimes: TimelineLimits = { forward: 10_000, backward: 1_000 }

/** The publisher's times stay as they are, gaps of any length included. Only a step back is still a jump. */
export const keptTimes: TimelineLimits = { forward: Number.POSITIVE_INFINITY, backward: 1_000, keepsTimes: true }

/** From the newest frame before a jump, or of the publisher before, to the next one: decode times grow, so muxers go on. */
const jumpStep: Milliseconds = 1

/** The clock that a publisher's timestamps are read from. */
export type TimestampClock = {
  /** Ticks per second; a multiple of 1000. */
  readonly timescale: number
  /** Timestamps are told modulo so many ticks. */
  readonly modulus: number
}

/** RTMP and FLV tell milliseconds in 32 bits. Source: RTMP 1.0 §4. */
export const millisecondClock: TimestampClock = { timescale: 1000, modulus: 2 ** 32 }

/** A stretch of a publisher's timestamps without jumps. */
type Run = {
  /** Media time minus timestamp. */
  readonly offset: number
  /** The newest timestamp of any track, unwrapped. */
  newest: number
}

type TrackPlace = {
  run: Run
  /** The track's last timestamp; `undefined` before the first. */
  last: number | undefined
  /** The track's last media time, or the earliest that it may have. */
  time: Ticks
}

/**
 * Maps the timestamps of a publisher, which wrap, onto a continuous media clock of the same ticks that never goes back
 * within a track. The first run of timestamps is taken as it is, past the modulus without a wrap.
 *
 * A jump begins a new run, whose first frame is placed just behind the newest of all tracks. The other tracks follow
 * into it, each when its own timestamps jump: until then theirs still count in the run that they belong to. So one jump
 * of the publisher is one jump here, sound and picture stay together, and a single stray timestamp leaves the others as
 * they were. Tracks whose timestamps never had anything in common stay in runs of their own.
 */
export class Timeline {
  /** May be replaced: it holds for the timestamps that follow. */
  limits: TimelineLimits
  readonly #modulus: number
  readonly #ticksPerMillisecond: number
  readonly #tracks: (TrackPlace | undefined)[] = []
  /** The run that a track has last moved into; `undefined` before the first frame and after `continueAfter`. */
  #run: Run | undefined
  #newest: Ticks | undefined
  /** Where tracks begin at the earliest. */
  #floor: Ticks = 0
  #lastAside: Ticks = 0
  #jumps = 0

  constructor(limits: TimelineLimits = repairedTimes, clock: TimestampClock = millisecondClock) {
    this.limits = limits
    this.#modulus = clock.modulus
    this.#ticksPerMillisecond = clock.timescale / 1000
  }

  /** How often the publisher's clock has jumped. */
  get jumps(): number {
    return this.#jumps
  }

  /** The newest media time of any track; `undefined` before the first frame. */
  get newest(): Ticks | undefined {
    return this.#newest
  }

  /**
   * Place the next frame just behind `newest`, whatever its timestamp says: a publisher has come back. Not counted as a
   * jump.
   */
  continueAfter(newest: Milliseconds): void {
    const time = Math.round((newest + jumpStep) * this.#ticksPerMillisecond)
    this.#run = undefined
    this.#tracks.length = 0
    this.#newest = time
    this.#floor = time
    this.#lastAside = time
  }

  /**
   * The decode time of a frame. Frames of all tracks are told in the order in which they came.
   *
   * @param trackId A small integer.
   * @param timestamp Ticks modulo those of the clock.
   */
  place(trackId: number, timestamp: number): Ticks {
    const track = this.#trackOf(trackId, timestamp)
    const run = this.#runOf(track, timestamp)
    if (run !== track.run) {
      track.run = run
      this.#run = run
    }
    const unwrapped = run.newest + this.#distance(run.newest, timestamp)
    run.newest = Math.max(run.newest, unwrapped)
    track.last = timestamp
    track.time = Math.max(track.time, unwrapped + run.offset)
    this.#newest = Math.max(this.#newest ?? track.time, track.time)
    return track.time
  }

  /**
   * The time of a message that tells nothing about the clock, such as script data, which many encoders stamp with 0:
   * where its timestamp says if that is close to the newest frame, else with the newest frame. Never goes back.
   */
  placeAside(timestamp: number): Ticks {
    this.#lastAside = Math.max(this.#lastAside, this.#asideTime(timestamp))
    return this.#lastAside
  }

  #asideTime(timestamp: number): Ticks {
    const newest = this.#newest ?? 0
    if (this.#run === undefined) return newest
    const ahead = this.#distance(this.#run.newest, timestamp)
    return Math.abs(ahead) <= this.limits.backward * this.#ticksPerMillisecond
      ? this.#run.newest + ahead + this.#run.offset
      : newest
  }

  #trackOf(trackId: number, timestamp: number): TrackPlace {
    const known = this.#tracks[trackId]
    if (known !== undefined) return known
    this.#run ??= { offset: this.#startOffset(timestamp), newest: timestamp }
    const track: TrackPlace = { run: this.#run, last: undefined, time: this.#floor }
    this.#tracks[trackId] = track
    return track
  }

  /** Of the first run: the publisher's own time, or behind what the stream has already. */
  #startOffset(timestamp: number): number {
    const newest = this.#newest
    if (newest === undefined) return 0
    const ahead = this.limits.keepsTimes === true ? this.#distance(newest, timestamp) : 0
    return newest + Math.max(0, ahead) - timestamp
  }

  #runOf(track: TrackPlace, timestamp: number): Run {
    if (track.run === this.#run && this.#continues(track, timestamp)) return track.run
    return this.#nearestRun(track, timestamp) ?? this.#jump(timestamp)
  }

  /**
   * True if `timestamp` fits to the newest of the track's run, or to its own last: a track may lag far behind the
   * others. Where a track begins may be as far behind the others as ahead of them.
   */
  #continues(track: TrackPlace, timestamp: number): boolean {
    const ahead = this.#distance(track.run.newest, timestamp)
    if (this.#isWithin(ahead)) return true
    if (track.last === undefined) return Math.abs(ahead) <= this.limits.forward * this.#ticksPerMillisecond
    return this.#isWithin(this.#distance(track.last, timestamp))
  }

  /** The run in use that `timestamp` is closest to, if it fits into any. Its own last frame speaks for the track's run. */
  #nearestRun(track: TrackPlace, timestamp: number): Run | undefined {
    let nearest: Run | undefined
    let shortest = Number.POSITIVE_INFINITY
    for (const other of this.#tracks) {
      if (other === undefined) continue
      const from = other === track && track.last !== undefined ? track.last : other.run.newest
      const ahead = this.#distance(from, timestamp)
      if (!this.#isWithin(ahead) || Math.abs(ahead) >= shortest) continue
      nearest = other.run
      shortest = Math.abs(ahead)
    }
    return nearest
  }

  #jump(timestamp: number): Run {
    this.#jumps++
    return { offset: (this.#newest ?? 0) + jumpStep * this.#ticksPerMillisecond - timestamp, newest: timestamp }
  }

  #isWithin(ahead: Ticks): boolean {
    const { forward, backward } = this.limits
    return ahead <= forward * this.#ticksPerMillisecond && ahead >= -backward * this.#ticksPerMillisecond
  }

  /** The shortest way from one timestamp to another on the circle of the clock; negative if `to` is behind. */
  #distance(from: Ticks, to: Ticks): Ticks {
    const half = this.#modulus / 2
    const ahead = (to - from) % this.#modulus
    if (ahead >= half) return ahead - this.#modulus
    return ahead < -half ? ahead + this.#modulus : ahead
  }
}
