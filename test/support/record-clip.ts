import type { PlacedFrame } from '../../src/contracts/wire-format.ts'
import { rescale } from '../../src/core/time.ts'
import type { FileEdit, FileFormat } from '../../src/recorder/file-format.ts'
import { Timeline } from '../../src/recorder/timeline.ts'
import type { ProbedClip } from './probed-clip.ts'

/** Frames of one write, about half a second of the clips. */
export const batchFrames = 30

/** What a file is when the recorder is killed before the end, and when it is complete. */
export type RecordedClip = {
  readonly growing: Buffer
  /** The batches of which it consists. */
  readonly writes: readonly Uint8Array[]
  readonly complete: Buffer
}

/** A clip in one file of a format, written in batches as the recorder does. */
export function recordClip(format: FileFormat, clip: ProbedClip): RecordedClip {
  const tracks = clip.tracks.filter(format.carries)
  const frames = clip.frames.filter(({ track }) => tracks.includes(track))
  const times = frames.map(({ dts, track }) => rescale(dts, track.timescale, 1000) as number)
  const hasVideo = tracks.some(({ kind }) => kind === 'video')
  const placed = frames.map((frame, number): PlacedFrame => {
    const isJoinPoint = hasVideo ? frame.isKey && frame.track.kind === 'video' : number === 0
    return { frame, time: times[number] ?? 0, isJoinPoint, tracks }
  })
  const timeline = new Timeline(Math.min(...times))
  const muxer = format.open({ tracks, timeline })
  const edits: FileEdit[] = []
  for (let at = 0; at < placed.length; at += batchFrames) {
    const batch = placed.slice(at, at + batchFrames)
    for (const frame of batch) timeline.note(frame)
    edits.push(muxer.write(batch))
  }
  const writes = edits.map(({ append }) => append)
  edits.push(muxer.finish())
  const complete = Buffer.concat(edits.map(({ append }) => append))
  for (const { at, bytes } of edits.flatMap(({ patches }) => patches)) complete.set(bytes, at)
  return { growing: Buffer.concat(writes), writes, complete }
}
