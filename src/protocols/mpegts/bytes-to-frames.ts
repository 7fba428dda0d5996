import type { FrameTarget } from '../../contracts/frame-target.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import { type TsFaults, TsToFrames, tsClock } from '../../formats/mpegts/ts-to-frames.ts'
import type { Frame } from '../../media/frame.ts'
import type { Timeline } from '../../media/timeline.ts'
import { PublishedFrames, timelineOf } from '../published-frames.ts'

export type BytesToFramesOptions = {
  readonly settings: Pick<PublishSettings, 'timestamps' | 'interleaveWindow'>
  /** Of the program to receive; `undefined` for the first one with media. */
  readonly programNumber?: number | undefined
  /** Called once, when there is something to publish. `undefined`: nobody takes it. */
  readonly openTarget: () => FrameTarget | undefined
}

/** Turns the bytes of one publisher's transport stream, whatever brings them, into frames of its publication. */
export class BytesToFrames {
  readonly #options: BytesToFramesOptions
  readonly #timeline: Timeline
  readonly #demuxer: TsToFrames
  #published: PublishedFrames | undefined

  constructor(options: BytesToFramesOptions) {
    const { settings, programNumber } = options
    this.#options = options
    this.#timeline = timelineOf(settings, tsClock)
    this.#demuxer = new TsToFrames(this.#timeline, { programNumber, onProgram: () => this.#open() })
  }

  /** What of the stream was not as it should be. */
  get faults(): TsFaults {
    return this.#demuxer.faults
  }

  /** Take in the next bytes, which are borrowed until the call returns. @throws {ProtocolError} */
  write(bytes: Uint8Array): void {
    this.#hand(this.#demuxer.push(bytes))
  }

  /** The publisher leaves: hand on what was held back. */
  flush(): void {
    this.#hand(this.#demuxer.flush())
    this.#published?.flush()
  }

  #open(): void {
    const { openTarget, settings } = this.#options
    const target = openTarget()
    if (target === undefined) return
    if (target.continuesFrom !== undefined) this.#timeline.continueAfter(target.continuesFrom)
    this.#published = new PublishedFrames(target, settings)
  }

  #hand(frames: readonly Frame[]): void {
    this.#published?.declare(this.#demuxer.tracks)
    for (const frame of frames) this.#published?.write(frame)
  }
}
