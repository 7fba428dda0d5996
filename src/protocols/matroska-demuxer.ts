import type { PublishSettings } from '../contracts/path-settings.ts'
import type { Milliseconds } from '../core/units.ts'
import { MatroskaToFrames } from '../formats/matroska/matroska-to-frames.ts'
import type { TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { Frame } from '../media/frame.ts'
import { FrameTimeline } from '../media/frame-timeline.ts'
import { LeftOutReport } from '../media/left-out-report.ts'
import type { LeftOutTrack } from '../media/left-out-track.ts'
import type { Track } from '../media/track.ts'
import type { ByteDemuxer } from './byte-demuxer.ts'
import { limitsOf } from './published-frames.ts'

/** Who is told what a Matroska stream has. */
export type MatroskaListener = {
  /** Called once, when it is known that there is media, and before the first frame is placed. */
  readonly onTracks: () => void
  /** Called once for each track that is not received, with a sentence for people. */
  readonly onLeftOut: (sentence: string) => void
}

/** Of packets, of which it has none. */
const packetFaults = { continuityErrors: 0, transportErrors: 0, scrambledPackets: 0 } as const

/** A Matroska or WebM stream as a publisher's. */
export class MatroskaDemuxer implements ByteDemuxer {
  readonly #onTracks: () => void
  readonly #leftOut: LeftOutReport
  readonly #timeline: FrameTimeline
  readonly #frames = new MatroskaToFrames()
  #toldLeftOut: readonly LeftOutTrack[] = []
  #isOpened = false

  constructor(settings: Pick<PublishSettings, 'timestamps'>, { onTracks, onLeftOut }: MatroskaListener) {
    this.#timeline = new FrameTimeline(limitsOf(settings))
    this.#onTracks = onTracks
    this.#leftOut = new LeftOutReport(onLeftOut)
  }

  get tracks(): readonly Track[] {
    return this.#frames.tracks
  }

  get announcesPictures(): boolean {
    return this.tracks.some(({ kind }) => kind === 'video')
  }

  get faults(): TsFaults {
    return { ...packetFaults, ...this.#frames.faults }
  }

  continueAfter(newest: Milliseconds): void {
    this.#timeline.continueAfter(newest)
  }

  push(bytes: Uint8Array): readonly Frame[] {
    const frames = this.#frames.push(bytes)
    this.#tell()
    return frames.flatMap(frame => this.#timeline.push(frame, this.tracks.length))
  }

  lost(): void {
    this.#frames.lost()
  }

  flush(): readonly Frame[] {
    const frames = this.#frames.flush().flatMap(frame => this.#timeline.push(frame, this.tracks.length))
    return [...frames, ...this.#timeline.flush()]
  }

  #tell(): void {
    const { leftOut } = this.#frames
    if (leftOut !== this.#toldLeftOut) for (const track of leftOut) this.#leftOut.add(track)
    this.#toldLeftOut = leftOut
    if (this.#isOpened || this.tracks.length === 0) return
    this.#isOpened = true
    this.#onTracks()
  }
}
