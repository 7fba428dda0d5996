import { type FileFrame, type FileReading, readFrames } from '../../../clients/file/media-file.ts'
import { frameTimes } from '../../../clients/file/media-times.ts'
import { OpenFile } from '../../../clients/file/open-file.ts'
import { pace } from '../../../clients/file/pace.ts'
import { repeat } from '../../../clients/file/repeat.ts'
import type { Clock } from '../../../contracts/clock.ts'
import type { Log } from '../../../contracts/log.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import { FileError } from '../../../core/errors.ts'
import { rescale } from '../../../core/time.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { Frame } from '../../../media/frame.ts'
import type { TimelineLimits } from '../../../media/timeline.ts'
import { limitsOf } from '../../../protocols/published-frames.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import { PlayedMedia } from '../played-media.ts'
import type { PullInput } from '../pull-input.ts'
import type { PulledStream } from '../pulled-stream.ts'
import type { FileUrl } from './file-url.ts'

export type FileInputContext = { readonly clock: Clock; readonly log: Log }

/**
 * Gaps that a file tells are meant, however long; clocks that jump are looked after where the file is read. Another
 * document in the same file begins anew.
 */
const toldTimes: TimelineLimits = { forward: Number.POSITIVE_INFINITY, backward: 1000 }

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
    const played = new PlayedMedia({ stream, settings, log: this.#context.log, limits: toldTimes })
    const reading = { limits: limitsOf(settings), onLeftOut: played.onLeftOut }
    const read = (): AsyncGenerator<FileFrame> => this.#readOnce(reading)
    const frames = played.place(this.#url.loops ? repeat(read, frameTimes) : read())
    for await (const group of pace(frames, { timeOf, clock: this.#context.clock, signal })) {
      if (stream.isOver) break
      played.write(group)
    }
    played.flush()
    if (stream.publication !== undefined || stream.isOver) return 'done'
    return new FileError(`Cannot pull ${stream.name}: there is neither picture nor sound in the file`)
  }

  /** Opened anew in each round, so a file that was replaced is played from its beginning on. */
  async *#readOnce(reading: FileReading): AsyncGenerator<FileFrame> {
    await using file = await OpenFile.open(this.#url.path)
    this.#file = file
    try {
      yield* readFrames(file, reading)
    } finally {
      this.#readBefore += file.bytesRead
      this.#file = undefined
    }
  }
}

function timeOf({ track, dts }: Frame): Milliseconds {
  return rescale(dts, track.timescale, 1000) as number
}
