import type { PlacedFrame } from '../contracts/wire-format.ts'
import { rescale } from '../core/time.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import type { LogLimits } from './log-limits.ts'
import { type LogPosition, NewestJoin } from './newest-join.ts'

/** A place in the log: behind an entry, or before the very first one. */
export type LogPlace = {
  /** What follows, as soon as it is there. */
  next: LogEntry | undefined
}

/** One frame of the log, and the way to the next. */
export type LogEntry = PlacedFrame & LogPlace & LogPosition

/** Without a video frame for this long, a stream is started at its audio. */
const audioAloneAfter: Milliseconds = 3000
/** Distance of the places where an audio-only stream can be joined, so that a new reader gets a short burst. */
const audioJoinDistance: Milliseconds = 2000

/**
 * The frames of a stream in the order in which they came: a chain of entries that only points forwards.
 *
 * The log itself holds the newest group of pictures (`join`) and the end; older entries live for as long as a cursor
 * stands before them, and cursors are kept near the end by `LogLimits`.
 */
export class FrameLog {
  /** Where the next frame will be. */
  tail: LogPlace = { next: undefined }
  end = 0
  endTime: Milliseconds = 0
  endSequence = 0
  readonly #join: NewestJoin<LogEntry>
  #tracks: readonly Track[] = []
  #lastVideoTime: Milliseconds = Number.NEGATIVE_INFINITY
  #lastKeyTime: Milliseconds | undefined
  #keyFrameInterval: Milliseconds | undefined

  constructor(limits: LogLimits) {
    this.#join = new NewestJoin(limits)
  }

  get limits(): LogLimits {
    return this.#join.limits
  }

  set limits(limits: LogLimits) {
    this.#join.limits = limits
  }

  /** The newest place where a reader may start. */
  get join(): LogEntry | undefined {
    return this.#join.place
  }

  /** Media time between the two newest key frames of the first video track; `undefined` until there are two. */
  get keyFrameInterval(): Milliseconds | undefined {
    return this.#keyFrameInterval
  }

  /** Let nobody start before the next key frame: what is here belongs to a publisher that has left. */
  forgetJoin(): void {
    this.#join.forget()
    this.#tracks = []
    this.#lastVideoTime = Number.NEGATIVE_INFINITY
    this.#lastKeyTime = undefined
    this.#keyFrameInterval = undefined
  }

  /** Takes over the frame. */
  append(frame: Frame): LogEntry {
    const { track } = frame
    const time: Milliseconds = rescale(frame.dts, track.timescale, 1000) as number
    this.#noteTrack(track)
    const entry: LogEntry = {
      frame,
      time,
      sequence: this.endSequence,
      isJoinPoint: this.#isJoinPoint(frame, time),
      position: this.end,
      tracks: this.#tracks,
      next: undefined,
    }
    this.tail.next = entry
    this.tail = entry
    this.end += frame.payload.length
    this.endTime = time
    this.endSequence++
    if (entry.isJoinPoint) this.#join.set(entry)
    this.#join.grow(this.end, time, this.endSequence)
    if (track.kind === 'video' && track.index === 0) this.#noteVideo(time, frame.isKey)
    return entry
  }

  #noteVideo(time: Milliseconds, isKey: boolean): void {
    this.#lastVideoTime = time
    if (!isKey) return
    if (this.#lastKeyTime !== undefined) this.#keyFrameInterval = time - this.#lastKeyTime
    this.#lastKeyTime = time
  }

  #noteTrack(track: Track): void {
    if (this.#tracks.includes(track)) return
    const others = this.#tracks.filter(known => known.id !== track.id)
    this.#tracks = [...others, track].sort((a, b) => a.id - b.id)
  }

  /** Readers start with the first track of a kind: the others need not have their key frames at the same time. */
  #isJoinPoint(frame: Frame, time: Milliseconds): boolean {
    if (frame.track.index > 0) return false
    switch (frame.track.kind) {
      case 'video':
        return frame.isKey
      case 'audio': {
        if (time - this.#lastVideoTime < audioAloneAfter) return false
        const { join } = this
        return join === undefined || join.frame.track.kind === 'video' || time - join.time >= audioJoinDistance
      }
      case 'data':
        return false
    }
  }
}
