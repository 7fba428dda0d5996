import type { SegmentIntake } from '../../src/contracts/segments.ts'
import type { Frame } from '../../src/media/frame.ts'
import type { Track } from '../../src/media/track.ts'
import { Segmenter, type SegmenterSettings } from '../../src/packagers/segmenter.ts'
import { cmafForm, type StreamForm } from '../../src/packagers/stream-form.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from './sample-frames.ts'

const settings: SegmenterSettings = {
  segmentDuration: 2000,
  partDuration: 200,
  segmentWindow: 20_000,
  segmentMemory: 256e6,
  longestLag: 6000,
}
/** 2026-11-21T00:00:00Z, when each of these streams begins. */
export const wall = 1_795_219_200_000

/** A segmenter with a clock that runs as fast as the stream. */
export class PlayedSegments {
  readonly segmenter: Segmenter
  /** By how many milliseconds more than what was first frames come. */
  late = 0
  /** How much later than they are decoded pictures are presented. */
  lead = 0
  #sequence = 0
  #start: number | undefined

  constructor(form: StreamForm = cmafForm, changed: Partial<SegmenterSettings> = {}, intake?: SegmentIntake) {
    this.segmenter = new Segmenter(form, { ...settings, ...changed }, intake)
  }

  push(frame: Frame, tracks: readonly Track[], skipped = 0): void {
    const { track, isKey } = frame
    const time = Number(frame.dts)
    this.#start ??= time
    this.#sequence += skipped
    const isJoinPoint = isKey && (track.kind === 'video' || tracks.length === 1)
    const placed = { frame, time, isJoinPoint, tracks, sequence: this.#sequence++ }
    this.segmenter.push(placed, wall + time - this.#start + this.late)
  }

  /** 25 pictures a second, one in `gop` a key frame, and sound each 20 ms. */
  play(from: number, to: number, gop = 25, video = videoTrack): void {
    const tracks = [video, audioTrack]
    for (let time = from; time < to; time += 40) {
      const picture = videoFrame(time, ((time - from) / 40) % gop === 0, 100, 7, video)
      this.push({ ...picture, pts: time + this.lead }, tracks)
      this.push(audioFrame(time), tracks)
      this.push(audioFrame(time + 20), tracks)
    }
  }

  /** Number within this test, seconds and size of each segment. */
  segments(name: string): string[] {
    const segments = this.segmenter.find(name)?.segments ?? []
    return segments.map(({ number, seconds, isComplete, isGap }) => {
      const state = isGap ? ' gap' : isComplete ? '' : ' open'
      return `${number - wall / 1000}: ${seconds.toFixed(2)}${state}`
    })
  }
}
