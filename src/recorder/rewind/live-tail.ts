import type { PeriodClock } from '../../contracts/segments.ts'
import { rescale } from '../../core/time.ts'
import type { Bytes, Milliseconds, Ticks } from '../../core/units.ts'
import { FrameCursor } from '../../hub/frame-cursor.ts'
import type { FrameLog, LogEntry } from '../../hub/frame-log.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { isSameConfig, type TrackDescription } from '../../media/track-set.ts'
import type { KeptTracks } from './kept-tracks.ts'

/** What of the live stream is held for viewers who come near. They share it. */
const mostHeld: { readonly time: Milliseconds; readonly bytes: Bytes } = { time: 150_000, bytes: 64 * 1024 * 1024 }
/** Sound may come so much before its picture, or behind. */
const skew: Milliseconds = 1000

/**
 * The newest frames of the live stream, from a key frame on, for a viewer who comes near what is live: as soon as what is
 * kept leads up to them, they follow.
 */
export class LiveTail {
  readonly #cursor: FrameCursor
  readonly #kept: Pick<KeptTracks, 'tracks' | 'ends'>
  #next: LogEntry | undefined
  /** By the live track. */
  readonly #tracks = new WeakMap<Track, Track>()
  /** Stream's time at the Unix epoch. */
  #origin: Milliseconds = 0
  /** From when on frames of a track are new, by the id of the kept track. */
  readonly #newFrom = new Map<number, Ticks>()

  constructor(log: FrameLog, kept: Pick<KeptTracks, 'tracks' | 'ends'>) {
    this.#cursor = new FrameCursor(log)
    this.#kept = kept
    this.#next = this.#cursor.next()
  }

  /** Frames that were left out because they were too many to be held. */
  get dropped(): number {
    return this.#cursor.dropped
  }

  /** True while there is no frame to begin with, and when what there was has become too much. */
  get isLost(): boolean {
    return this.#next === undefined
  }

  /** True if what is kept up to `end`, in the newest period, leads up to it. */
  isReachedBy(end: Milliseconds, { origin }: PeriodClock): boolean {
    return this.#next !== undefined && this.#next.time - origin + skew <= end
  }

  /** What is kept ends: what follows that is next. */
  follow({ origin }: PeriodClock): void {
    this.#origin = origin
    for (const [id, { end, duration }] of this.#kept.ends) this.#newFrom.set(id, end - duration / 2)
  }

  /** Let go of what is too much. */
  keepUp(): void {
    if (this.#cursor.lag <= mostHeld.time && this.#cursor.bytesBehind <= mostHeld.bytes) return
    this.#cursor.wait()
    this.#next = undefined
  }

  /** The next frame that has not come, with times since the Unix epoch. It stays the next until it is taken. */
  peek(): Frame | undefined {
    this.#next ??= this.#cursor.next()
    while (this.#next !== undefined) {
      const frame = this.#converted(this.#next.frame)
      if (frame !== undefined) return frame
      this.take()
    }
    return undefined
  }

  take(): void {
    this.#next = this.#cursor.next()
  }

  /** As it would have been kept. */
  #converted({ track: live, dts, pts, ...frame }: Frame): Frame | undefined {
    if (live.kind === 'data') return undefined
    const track = this.#trackOf(live)
    const origin = rescale(this.#origin as number, 1000, track.timescale)
    const time = rescale(dts, live.timescale, track.timescale) - origin
    const newFrom = this.#newFrom.get(track.id)
    if (newFrom !== undefined && time < newFrom) return undefined
    this.#newFrom.delete(track.id)
    return { ...frame, track, dts: time, pts: rescale(pts, live.timescale, track.timescale) - origin }
  }

  #trackOf(live: Track): Track {
    const known = this.#tracks.get(live)
    if (known !== undefined) return known
    const track = this.#describe(live)
    this.#tracks.set(live, track)
    return track
  }

  /** The kept track, in its next generation if another configuration has come. */
  #describe(live: Track): Track {
    const { tracks } = this.#kept
    const kept = tracks.list.find(({ kind, index }) => kind === live.kind && index === live.index)
    if (kept !== undefined && isSame(kept, live)) return kept
    return tracks.put({ ...live, id: kept?.id ?? tracks.list.length, timescale: kept?.timescale ?? live.timescale })
  }
}

function isSame(kept: Track, live: TrackDescription): boolean {
  const isSameSound = kept.audio?.sampleRate === live.audio?.sampleRate && kept.audio?.channels === live.audio?.channels
  return kept.codec === live.codec && isSameSound && isSameConfig(kept.config, live.config)
}
