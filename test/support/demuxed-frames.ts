import type { Frame } from '../../src/media/frame.ts'
import type { TrackKind } from '../../src/media/track.ts'

/** What a demuxer counts of a whole transport stream. */
export const noFaults = {
  continuityErrors: 0,
  transportErrors: 0,
  scrambledPackets: 0,
  damagedUnits: 0,
  skippedBytes: 0,
}

export const ofKind = (frames: readonly Frame[], kind: TrackKind): readonly Frame[] =>
  frames.filter(({ track }) => track.kind === kind)
export const timesOf = (frames: readonly Frame[]): readonly number[] => frames.map(({ dts }) => dts)
export const gist = (frames: readonly Frame[]): readonly unknown[] =>
  frames.map(({ track, dts, pts, isKey, payload }) => [track.id, dts, pts, isKey, Buffer.from(payload).toString('hex')])
