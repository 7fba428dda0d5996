import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Track } from '../media/track.ts'
import type { FileEdit, FileFormat, FileMuxer } from './file-format.ts'
import type { FileWriter } from './file-writer.ts'
import { Timeline } from './timeline.ts'

export type SegmentOptions = {
  readonly format: FileFormat
  /** What the file begins with: see `FileStart`. */
  readonly tracks: readonly Track[]
  /** The stream's time that is 0 in the file. */
  readonly origin: Milliseconds
  readonly file: FileWriter
  /** Called with the first frame of a track that the format cannot carry. */
  readonly onLeftOut: (track: Track) => void
}

/** One file of a recording while it is written. One call at a time. */
export class Segment {
  readonly #options: SegmentOptions
  readonly #timeline: Timeline
  readonly #muxer: FileMuxer
  /** Tracks that the muxer knows. */
  readonly #known: Set<Track>
  /** The newest tracks of the stream, and those of them that the format carries. */
  #tracks: readonly Track[] = []
  #carried: readonly Track[] = []

  constructor(options: SegmentOptions) {
    const { format, tracks, origin } = options
    this.#options = options
    this.#timeline = new Timeline(origin)
    this.#muxer = format.open({ tracks, timeline: this.#timeline })
    this.#known = new Set(tracks)
  }

  get path(): string {
    return this.#options.file.path
  }

  get bytes(): Bytes {
    return this.#options.file.size
  }

  get duration(): Milliseconds {
    return this.#timeline.duration
  }

  /** Write `frames` up to the first that has to begin another file. Returns what is left. */
  async write(frames: readonly PlacedFrame[]): Promise<readonly PlacedFrame[]> {
    const { taken, left } = this.#take(frames)
    for (const placed of taken) this.#timeline.note(placed)
    if (taken.length > 0) await this.#apply(this.#muxer.write(taken))
    return left
  }

  /** Make the file whole and close it. */
  async finish(): Promise<void> {
    await this.#apply(this.#muxer.finish())
    await this.#options.file.finish()
  }

  /** After a failure: leave what is readable. Never throws. */
  async abandon(): Promise<void> {
    await this.#options.file.abandon()
  }

  #take(frames: readonly PlacedFrame[]): { readonly taken: PlacedFrame[]; readonly left: readonly PlacedFrame[] } {
    const taken: PlacedFrame[] = []
    for (const [number, placed] of frames.entries()) {
      const { track } = placed.frame
      const tracks = this.#carriedOf(placed.tracks)
      if (!tracks.includes(track)) continue
      if (!this.#known.has(track) && !this.#muxer.accepts(track)) return { taken, left: frames.slice(number) }
      this.#known.add(track)
      taken.push(tracks === placed.tracks ? placed : { ...placed, tracks })
    }
    return { taken, left: [] }
  }

  /** The same array until `tracks` is another. */
  #carriedOf(tracks: readonly Track[]): readonly Track[] {
    if (tracks === this.#tracks) return this.#carried
    const { format, onLeftOut } = this.#options
    const carried = tracks.filter(format.carries)
    for (const track of tracks) {
      if (!carried.includes(track) && !this.#tracks.includes(track)) onLeftOut(track)
    }
    this.#tracks = tracks
    this.#carried = carried.length === tracks.length ? tracks : carried
    return this.#carried
  }

  async #apply({ append, patches }: FileEdit): Promise<void> {
    const { file } = this.#options
    if (append.length > 0) await file.append(append)
    for (const { at, bytes } of patches) await file.overwrite(at, bytes)
  }
}
