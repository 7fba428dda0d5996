import { type FileFrame, type FileReading, type MediaFile, readFrames } from '../../clients/file/media-file.ts'
import { frameTimes } from '../../clients/file/media-times.ts'
import { pace } from '../../clients/file/pace.ts'
import { repeat } from '../../clients/file/repeat.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { Log } from '../../contracts/log.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import { FileError } from '../../core/errors.ts'
import { rescale } from '../../core/time.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { TimelineLimits } from '../../media/timeline.ts'
import { limitsOf } from '../../protocols/published-frames.ts'
import type { AttemptResult } from '../relay-loop.ts'
import { PlayedMedia } from './played-media.ts'
import type { PulledStream } from './pulled-stream.ts'

export type PlayedFileContext = { readonly clock: Clock; readonly log: Log }

/** A file while it is read. */
export type PlayableFile = MediaFile & { readonly bytesRead: Bytes } & Partial<AsyncDisposable>

export type FilePlaying = {
  /** Called for each round, so a file that was replaced is played from its beginning on. */
  readonly open: () => Promise<PlayableFile>
  /** True if it begins again at its end. */
  readonly loops: boolean
  readonly stream: PulledStream
  readonly settings: PublishSettings
  readonly signal: AbortSignal
}

/**
 * Gaps that a file tells are meant, however long; clocks that jump are looked after where the file is read. Another
 * document in the same file begins anew.
 */
const toldTimes: TimelineLimits = { forward: Number.POSITIVE_INFINITY, backward: 1000 }

/** Plays a file at the pace of its times, once or again and again, wherever it lies. */
export class PlayedFile {
  readonly #context: PlayedFileContext
  /** Of rounds that are over. */
  #readBefore: Bytes = 0
  #file: PlayableFile | undefined

  constructor(context: PlayedFileContext) {
    this.#context = context
  }

  get bytesReceived(): Bytes {
    return this.#readBefore + (this.#file?.bytesRead ?? 0)
  }

  /** @throws {ServerError} */
  async play({ open, loops, stream, settings, signal }: FilePlaying): Promise<AttemptResult> {
    const played = new PlayedMedia({ stream, settings, log: this.#context.log, limits: toldTimes })
    const reading = { limits: limitsOf(settings), onLeftOut: played.onLeftOut }
    const read = (): AsyncGenerator<FileFrame> => this.#readOnce(open, reading)
    const frames = played.place(loops ? repeat(read, frameTimes) : read())
    for await (const group of pace(frames, { timeOf, clock: this.#context.clock, signal })) {
      if (stream.isOver) break
      played.write(group)
    }
    played.flush()
    if (stream.publication !== undefined || stream.isOver) return 'done'
    return new FileError(`Cannot pull ${stream.name}: there is neither picture nor sound in the file`)
  }

  async *#readOnce(open: FilePlaying['open'], reading: FileReading): AsyncGenerator<FileFrame> {
    const file = await open()
    this.#file = file
    try {
      yield* readFrames(file, reading)
    } finally {
      this.#readBefore += file.bytesRead
      this.#file = undefined
      await file[Symbol.asyncDispose]?.()
    }
  }
}

function timeOf({ track, dts }: Frame): Milliseconds {
  return rescale(dts, track.timescale, 1000) as number
}
