import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Track } from '../media/track.ts'
import type { Boundary, Lane, Moment } from './lane.ts'
import { Lateness } from './lateness.ts'
import type { Period } from './period.ts'
import type { SegmentCuts } from './segment-cuts.ts'
import type { PlannedRendition } from './stream-form.ts'

export type OpenPeriodOptions = {
  readonly period: Period
  /** The stream's time at the Unix epoch. */
  readonly origin: Milliseconds
  readonly cuts: SegmentCuts
  readonly lanes: readonly { readonly carries: (track: Track) => boolean; readonly lane: Lane }[]
  /** How late media may be by the clock. */
  readonly longestLag: Milliseconds
}

/** The period that is being made: whatever comes goes into the lanes of its renditions. */
export class OpenPeriod {
  readonly period: Period
  readonly origin: Milliseconds
  readonly cuts: SegmentCuts
  readonly #lanes: OpenPeriodOptions['lanes']
  readonly #lateness: Lateness
  /** Ids of tracks of which something has come. */
  readonly #heard = new Set<number>()

  constructor({ period, origin, cuts, lanes, longestLag }: OpenPeriodOptions) {
    this.period = period
    this.origin = origin
    this.cuts = cuts
    this.#lanes = lanes
    this.#lateness = new Lateness(longestLag)
  }

  /** A frame of media has come. */
  note({ frame, time }: PlacedFrame, wall: Milliseconds): void {
    this.#heard.add(frame.track.id)
    this.#lateness.note(wall - (time - this.origin), wall)
  }

  /** Those of which something has come. */
  heardOf(tracks: readonly Track[]): readonly Track[] {
    return tracks.filter(({ id }) => this.#heard.has(id))
  }

  /** True if one of its renditions carries a track. */
  carries(track: Track): boolean {
    return this.#lanes.some(({ carries }) => carries(track))
  }

  /** True if its heads tell a track, and all that is in the renditions which are planned now. */
  tells(track: Track, planned: readonly PlannedRendition[]): boolean {
    return this.carries(track) && planned.every(({ head }) => head.tracks.every(one => this.carries(one)))
  }

  /** True if its times are not those of the clock any more. */
  isLate(wall: Milliseconds): boolean {
    return this.#lateness.lasts(wall)
  }

  /** Into the lanes that carry its track. */
  add(placed: PlacedFrame, wall: Milliseconds): void {
    const { track } = placed.frame
    for (const { carries, lane } of this.#lanes) {
      if (carries(track)) lane.add(placed, wall)
      else if (track.kind !== 'data') lane.pass(placed.time)
    }
  }

  /** A segment begins, in all renditions. */
  begin(boundary: Boundary): void {
    this.cuts.begin(boundary)
    for (const { lane } of this.#lanes) lane.begin(boundary)
  }

  end(moment: Moment): void {
    this.cuts.end(moment.time)
    for (const { lane } of this.#lanes) lane.end(moment)
  }
}
