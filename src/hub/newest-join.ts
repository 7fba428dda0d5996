import type { Bytes, Milliseconds } from '../core/units.ts'
import type { LogLimits } from './log-limits.ts'

/** A place in a log, measured in all the ways in which logs are bounded. */
export type LogPosition = {
  /** Bytes of the log before it. */
  readonly position: Bytes
  readonly time: Milliseconds
  /** Records or frames of the log before it. */
  readonly sequence: number
}

/**
 * The newest place of a log where a reader may start, for as long as the group of pictures there is within the limits.
 * A group that has outgrown them is let go of, so that the chain behind it does not hang on it.
 */
export class NewestJoin<Place extends LogPosition> {
  limits: LogLimits
  #place: Place | undefined

  constructor(limits: LogLimits) {
    this.limits = limits
  }

  get place(): Place | undefined {
    return this.#place
  }

  set(place: Place): void {
    this.#place = place
  }

  forget(): void {
    this.#place = undefined
  }

  /** The log has grown up to here. */
  grow(position: Bytes, time: Milliseconds, sequence: number): void {
    const place = this.#place
    if (place === undefined) return
    const { gopBytes, gopTime, gopFrames } = this.limits
    const fits =
      position - place.position <= gopBytes && time - place.time <= gopTime && sequence - place.sequence <= gopFrames
    if (!fits) this.#place = undefined
  }
}
