import type { PlacedFrame } from '../contracts/wire-format.ts'
import { ServerError } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Track } from '../media/track.ts'
import type { FileFormat } from './file-format.ts'
import type { FileWriter } from './file-writer.ts'
import { Segment } from './segment.ts'
import type { SegmentLimits } from './segment-cut.ts'

/** A stream has nothing that the container of its recording can carry. */
export class NothingToRecordError extends ServerError {
  readonly code = 'ERR_NOTHING_TO_RECORD'
}

/** A file that is complete. */
export type CompleteSegment = { readonly file: string; readonly bytes: Bytes; readonly duration: Milliseconds }

export type SegmentWriterOptions = {
  readonly limits: SegmentLimits
  /** The container for a file that begins with these tracks. */
  readonly chooseFormat: (tracks: readonly Track[]) => FileFormat
  /** @param number Of the file in its recording, from 1 on. */
  readonly createFile: (extension: string, number: number) => Promise<FileWriter>
  /** The first file is there. */
  readonly onStart: (file: string) => void
  readonly onComplete: (segment: CompleteSegment) => void
  /** Called once for each track that is not recorded, data apart. */
  readonly onLeftOut: (track: Track, format: FileFormat) => void
}

/** The files of one recording, one after the other. One call at a time. */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions
  readonly #leftOut = new Set<number>()
  #segment: Segment | undefined
  #path: string | undefined
  #count = 0
  #completeBytes: Bytes = 0
  #completeDuration: Milliseconds = 0
  #completeMalformed = 0

  constructor(options: SegmentWriterOptions) {
    this.#options = options
  }

  /** True while a file is open; the next frames begin one otherwise. */
  get isOpen(): boolean {
    return this.#segment !== undefined
  }

  /** Of the newest file. */
  get path(): string | undefined {
    return this.#path
  }

  /** Files so far. */
  get count(): number {
    return this.#count
  }

  /** Of all files. */
  get bytes(): Bytes {
    return this.#completeBytes + (this.#segment?.bytes ?? 0)
  }

  /** Of all files. */
  get duration(): Milliseconds {
    return this.#completeDuration + (this.#segment?.duration ?? 0)
  }

  /** Frames of all files that were left out because they are not what their codec says. */
  get framesMalformed(): number {
    return this.#completeMalformed + (this.#segment?.framesMalformed ?? 0)
  }

  /**
   * Write `frames`, at least one, up to the first that has to begin another file. Returns what is left: for the next
   * call, which should have more of them, as they settle what the head of that file says.
   */
  async write(frames: readonly PlacedFrame[]): Promise<readonly PlacedFrame[]> {
    this.#segment ??= await this.#open(frames)
    const left = await this.#segment.write(frames)
    if (left.length > 0) await this.finish()
    return left
  }

  /** Complete the open file, if there is one. */
  async finish(): Promise<void> {
    const segment = this.#segment
    if (segment === undefined) return
    await segment.finish()
    const { path: file, bytes, duration, framesMalformed } = segment
    this.#segment = undefined
    this.#completeBytes += bytes
    this.#completeDuration += duration
    this.#completeMalformed += framesMalformed
    this.#options.onComplete({ file, bytes, duration })
  }

  /** After a failure: leave what is readable. Never throws. */
  async abandon(): Promise<void> {
    await this.#segment?.abandon()
  }

  async #open(frames: readonly PlacedFrame[]): Promise<Segment> {
    const known = firstTracks(frames)
    const format = this.#options.chooseFormat(known)
    const tracks = known.filter(format.carries)
    if (tracks.every(track => track.kind === 'data')) throw nothingToRecord(known, format)
    const file = await this.#options.createFile(format.extension, this.#count + 1)
    this.#count++
    this.#path = file.path
    if (this.#count === 1) this.#options.onStart(file.path)
    const onLeftOut = (track: Track): void => this.#leaveOut(track, format)
    return new Segment({
      format,
      tracks: toldTracks(tracks, frames, format),
      origin: originOf(frames, tracks),
      limits: this.#options.limits,
      file,
      onLeftOut,
    })
  }

  #leaveOut(track: Track, format: FileFormat): void {
    if (track.kind === 'data' || this.#leftOut.has(track.id)) return
    this.#leftOut.add(track.id)
    this.#options.onLeftOut(track, format)
  }
}

/** Every track of `frames` as it is when it comes first. */
function firstTracks(frames: readonly PlacedFrame[]): readonly Track[] {
  const first = new Map<number, Track>()
  for (const { tracks } of frames) {
    for (const track of tracks) if (!first.has(track.id)) first.set(track.id, track)
  }
  return [...first.values()].sort((a, b) => a.id - b.id)
}

/** Without those that the first frames do not tell; the first frame of such a one begins another file. */
function toldTracks(
  tracks: readonly Track[],
  frames: readonly PlacedFrame[],
  { isToldByFrames }: FileFormat,
): readonly Track[] {
  if (isToldByFrames === undefined) return tracks
  const isThere = (track: Track): boolean => frames.some(({ frame }) => frame.track.id === track.id)
  const told = tracks.filter(track => !isToldByFrames(track) || isThere(track))
  return told.length > 0 ? told : tracks
}

/**
 * The earliest time of sound and picture. Not always the first: the tracks of an encoder may be a little out of order,
 * in the middle of a stream too.
 */
function originOf(frames: readonly PlacedFrame[], carried: readonly Track[]): Milliseconds {
  const ids = new Set(carried.filter(track => track.kind !== 'data').map(track => track.id))
  const media = frames.filter(({ frame }) => ids.has(frame.track.id))
  const times = (media.length > 0 ? media : frames).map(({ time }) => time)
  return times.reduce((earliest, time) => Math.min(earliest, time))
}

function nothingToRecord(tracks: readonly Track[], format: FileFormat): NothingToRecordError {
  const labels = tracks.filter(track => track.kind !== 'data').map(track => track.codecLabel)
  return new NothingToRecordError(`${format.name} cannot carry ${labels.join(', ')}`)
}
