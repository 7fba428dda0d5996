import type { PublishSettings } from '../contracts/path-settings.ts'
import type { Milliseconds } from '../core/units.ts'
import type { TsFaults } from '../formats/mpegts/ts-faults.ts'
import { type TsReading, TsToFrames, tsClock } from '../formats/mpegts/ts-to-frames.ts'
import type { Frame } from '../media/frame.ts'
import { Timeline } from '../media/timeline.ts'
import type { Track } from '../media/track.ts'
import type { ByteDemuxer } from './byte-demuxer.ts'
import { limitsOf } from './published-frames.ts'

/** A transport stream as a publisher's. */
export class TsDemuxer implements ByteDemuxer {
  readonly #timeline: Timeline
  readonly #frames: TsToFrames

  constructor(settings: Pick<PublishSettings, 'timestamps'>, reading: TsReading) {
    this.#timeline = new Timeline(limitsOf(settings), tsClock)
    this.#frames = new TsToFrames(this.#timeline, reading)
  }

  get tracks(): readonly Track[] {
    return this.#frames.tracks
  }

  get announcesPictures(): boolean {
    return this.#frames.announcesPictures
  }

  get faults(): TsFaults {
    return this.#frames.faults
  }

  continueAfter(newest: Milliseconds): void {
    this.#timeline.continueAfter(newest)
  }

  push(bytes: Uint8Array): readonly Frame[] {
    return this.#frames.push(bytes)
  }

  /** The counters of its packets tell. */
  lost(): void {}

  flush(): readonly Frame[] {
    return this.#frames.flush()
  }
}
