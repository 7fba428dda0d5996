import type { Ticks } from '../../core/units.ts'
import { moveCue } from '../../formats/mpegts/splice-info.ts'
import type { Frame } from '../../media/frame.ts'

/** The frame at another time; cues to splice, which tell moments, tell them as far from themselves as they were. */
export function moveFrame(frame: Frame, by: Ticks): Frame {
  if (by === 0) return frame
  const { track, payload } = frame
  const moved = { ...frame, dts: frame.dts + by, pts: frame.pts + by }
  return track.codec === 'scte35' ? { ...moved, payload: moveCue(payload, by) } : moved
}
