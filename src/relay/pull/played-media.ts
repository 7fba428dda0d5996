import type { FileFrame } from '../../clients/file/media-file.ts'
import { moveFrame } from '../../clients/file/move-frame.ts'
import { SteadyTracks } from '../../clients/file/steady-tracks.ts'
import type { Log } from '../../contracts/log.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import type { Frame } from '../../media/frame.ts'
import { FrameTimeline } from '../../media/frame-timeline.ts'
import { LeftOutReport } from '../../media/left-out-report.ts'
import type { LeftOutTrack } from '../../media/left-out-track.ts'
import type { TimelineLimits } from '../../media/timeline.ts'
import { PublishedFrames } from '../../protocols/published-frames.ts'
import type { PulledStream } from './pulled-stream.ts'

export type PlayedMediaOptions = {
  readonly stream: PulledStream
  readonly settings: PublishSettings
  readonly log: Log
  /** What of the times that are told is a jump. */
  readonly limits: TimelineLimits
}

/** Frames that are read at their pace, on their way into the hub: the first one publishes the stream. */
export class PlayedMedia {
  readonly #options: PlayedMediaOptions
  readonly #leftOut: LeftOutReport
  readonly #timeline: FrameTimeline
  readonly #tracks = new SteadyTracks()
  #published: PublishedFrames | undefined

  constructor(options: PlayedMediaOptions) {
    const { stream, log, limits } = options
    this.#options = options
    this.#leftOut = new LeftOutReport(said => log.info('TRACK_LEFT_OUT', said, { stream: stream.name }))
    this.#timeline = new FrameTimeline(limits, moveFrame)
  }

  /** Each reading of a file tells it. */
  readonly onLeftOut = (track: LeftOutTrack): void => this.#leftOut.add(track)

  /** The frames in their places in the publication. Ends when nobody takes them. */
  async *place(frames: AsyncIterable<FileFrame>): AsyncGenerator<Frame> {
    for await (const { frame, tracks } of frames) {
      this.#published ??= this.#publish(tracks)
      if (this.#published === undefined) return
      const track = this.#tracks.of(frame.track)
      yield* this.#timeline.push(track === frame.track ? frame : { ...frame, track }, tracks.length)
    }
    yield* this.#timeline.flush()
  }

  write(frames: readonly Frame[]): void {
    for (const frame of frames) this.#published?.write(frame)
  }

  flush(): void {
    this.#published?.flush()
  }

  #publish(tracks: FileFrame['tracks']): PublishedFrames | undefined {
    const target = this.#options.stream.publish()
    if (target === undefined) return undefined
    if (target.continuesFrom !== undefined) this.#timeline.continueAfter(target.continuesFrom)
    const published = new PublishedFrames(target, this.#options.settings)
    published.declare(tracks)
    return published
  }
}
