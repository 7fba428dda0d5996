import type { FrameTarget } from '../../contracts/frame-target.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import { rescale } from '../../core/time.ts'
import type { Milliseconds } from '../../core/units.ts'
import { systemClock } from '../../formats/mpegts/clock.ts'
import { type TsFaults, TsToFrames, tsClock } from '../../formats/mpegts/ts-to-frames.ts'
import type { Frame } from '../../media/frame.ts'
import { InterleaveQueue } from '../../media/interleave-queue.ts'
import { keptTimes, repairedTimes, Timeline } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'

/** From the newest frame of the publisher before to the first one of this: decode times grow, so that muxers go on. */
const resumeStep: Milliseconds = 1
const milliseconds = 1000

export type BytesToFramesOptions = {
  readonly settings: Pick<PublishSettings, 'timestamps' | 'interleaveWindow'>
  /** Of the program to receive; `undefined` for the first one with media. */
  readonly programNumber?: number | undefined
  /** Called once, when there is something to publish. `undefined`: nobody takes it. */
  readonly openTarget: () => FrameTarget | undefined
}

/** Turns the bytes of one publisher's transport stream, whatever brings them, into frames of its publication. */
export class BytesToFrames {
  readonly #openTarget: BytesToFramesOptions['openTarget']
  readonly #timeline: Timeline
  readonly #demuxer: TsToFrames
  readonly #queue: InterleaveQueue | undefined
  #target: FrameTarget | undefined
  #declared: readonly Track[] = []

  constructor({ settings, programNumber, openTarget }: BytesToFramesOptions) {
    const { timestamps, interleaveWindow } = settings
    this.#openTarget = openTarget
    this.#timeline = new Timeline(timestamps === 'keep' ? keptTimes : repairedTimes, tsClock)
    this.#demuxer = new TsToFrames(this.#timeline, { programNumber, onProgram: () => this.#open() })
    this.#queue = interleaveWindow > 0 ? new InterleaveQueue(interleaveWindow) : undefined
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
    for (const frame of this.#queue?.flush() ?? []) this.#target?.write(frame)
  }

  #open(): void {
    this.#target = this.#openTarget()
    const from = this.#target?.continuesFrom
    if (from !== undefined) this.#timeline.continueFrom(rescale(from + resumeStep, milliseconds, systemClock))
  }

  #hand(frames: readonly Frame[]): void {
    const { tracks } = this.#demuxer
    if (tracks !== this.#declared) for (const track of tracks) this.#target?.declare(track)
    this.#declared = tracks
    for (const frame of frames) this.#write(frame)
  }

  #write(frame: Frame): void {
    if (this.#queue === undefined) this.#target?.write(frame)
    else for (const ready of this.#queue.push(frame)) this.#target?.write(ready)
  }
}
