import { rescale } from '../../core/time.ts'
import type { Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'

/** Frames of nearly all streams are as long as one of these, or some of them. 25 a second are whole milliseconds. */
const usualFrameRates = [60, 24]

/**
 * How much later than it is decoded the first picture of a track is presented, in ticks of `timescale`.
 *
 * Decode times are moved on by as much, and an edit list takes it off again: so a segment's decode time is when it is
 * first seen, which is what playlists tell of it. A signed composition offset without an edit list would say the same, but
 * FFmpeg takes one that is negative for a delay of the whole track.
 *
 * As many whole frames as it is meant to be, of the frame rate that the track tells, or of a usual one: a publisher who
 * comes back has the same delay then, and needs no other initialisation segment.
 *
 * @see ISO/IEC 14496-12 §8.6.6 (elst), ISO/IEC 23000-19 §7.5.13 (offset edit list)
 */
export function compositionDelayOf({ track, dts, pts }: Frame, timescale: number): Ticks {
  if (track.kind !== 'video' || pts <= dts) return 0
  const told = rescale(pts - dts, track.timescale, timescale)
  const { frameRate } = track.video ?? {}
  const rates = frameRate === undefined ? usualFrameRates : [frameRate]
  const meant = rates.map(rate => Math.round((Math.round((told * rate) / timescale) * timescale) / rate))
  return meant.find(delay => Math.abs(delay - told) <= roundingOf(track, timescale)) ?? told
}

/** How far off a time between two that a track tells may be, in ticks of `timescale`: both were rounded, and so is it. */
export function roundingOf(track: Track, timescale: number): Ticks {
  return Math.ceil(timescale / track.timescale) + 1
}
