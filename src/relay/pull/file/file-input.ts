import { type FileFrame, readFrames } from '../../../clients/file/media-file.ts'
import { frameTimes } from '../../../clients/file/media-times.ts'
import { moveFrame } from '../../../clients/file/move-frame.ts'
import { OpenFile } from '../../../clients/file/open-file.ts'
import { pace } from '../../../clients/file/pace.ts'
import { repeat } from '../../../clients/file/repeat.ts'
import { SteadyTracks } from '../../../clients/file/steady-tracks.ts'
import type { Clock } from '../../../contracts/clock.ts'
import type { Log } from '../../../contracts/log.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import { FileError } from '../../../core/errors.ts'
import { rescale } from '../../../core/time.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { Frame } from '../../../media/frame.ts'
import { FrameTimeline } from '../../../media/frame-timeline.ts'
import { LeftOutReport } from '../../../media/left-out-report.ts'
import type { LeftOutTrack } from '../../../media/left-out-track.ts'
import type { TimelineLimits } from '../../../media/timeline.ts'
import { limitsOf, PublishedFrames } from '../../../protocols/published-frames.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import type { PullInput } from '../pull-input.ts'
import type { PulledStream } from '../pulled-stream.ts'
import type { FileUrl } from './file-url.ts'

export type FileInputContext = { readonly clock: Clock; readonly log: Log }

/** Plays a file at the pace of its times, once or again and again. */
export class FileInput implements PullInput {
  readonly protocol = 'file'
  readonly #url: FileUrl
  readonly #context: FileInputContext
  /** Of rounds that are over. */
  #readBefore: Bytes = 0
  #file: OpenFile | undefined

  constructor(url: FileUrl, context: FileInputContext) {
    this.#url = url
    this.#context = context
  }

  get bytesReceived(): Bytes {
    return this.#readBefore + (this.#file?.bytesRead ?? 0)
  }

  async play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<AttemptResult> {
    const session = new FileSession(stream, settings, this.#context.log)
    const read = (): AsyncGenerator<FileFrame> => this.#readOnce(session)
    const frames = session.place(this.#url.loops ? repeat(read, frameTimes) : read())
    for await (const group of pace(frames, { timeOf, clock: this.#context.clock, signal })) {
      if (stream.isOver) break
      session.write(group)
    }
    session.flush()
    if (stream.publication !== undefined || stream.isOver) return 'done'
    return new FileError(`Cannot pull ${stream.name}: there is neither picture nor sound in the file`)
  }

  /** Opened anew in each round, so a file that was replaced is played from its beginning on. */
  async *#readOnce(session: FileSession): AsyncGenerator<FileFrame> {
    await using file = await OpenFile.open(this.#url.path)
    this.#file = file
    try {
      yield* readFrames(file, session)
    } finally {
      this.#readBefore += file.bytesRead
      this.#file = undefined
    }
  }
}

/**
 * Gaps that a file tells are meant, however long; clocks that jump are looked after where the file is read. Another
 * document in the same file begins anew.
 */
const toldTimes: TimelineLimits = { forward: Number.POSITIVE_INFINITY, backward: 1000 }

/** The frames of one playing on their way into the hub: the first one publishes the stream. */
class FileSession {
  readonly limits: TimelineLimits
  readonly #stream: PulledStream
  readonly #settings: PublishSettings
  readonly #leftOut: LeftOutReport
  readonly #timeline: FrameTimeline
  readonly #tracks = new SteadyTracks()
  #published: PublishedFrames | undefined

  constructor(stream: PulledStream, settings: PublishSettings, log: Log) {
    this.#stream = stream
    this.#settings = settings
    this.#leftOut = new LeftOutReport(said => log.info('TRACK_LEFT_OUT', said, { stream: stream.name }))
    this.limits = limitsOf(settings)
    this.#timeline = new FrameTimeline(toldTimes, moveFrame)
  }

  /** Each reading of the file tells it. */
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
    const target = this.#stream.publish()
    if (target === undefined) return undefined
    if (target.continuesFrom !== undefined) this.#timeline.continueAfter(target.continuesFrom)
    const published = new PublishedFrames(target, this.#settings)
    published.declare(tracks)
    return published
  }
}

function timeOf({ track, dts }: Frame): Milliseconds {
  return rescale(dts, track.timescale, 1000) as number
}
