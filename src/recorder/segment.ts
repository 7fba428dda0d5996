import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Track } from '../media/track.ts'
import type { FileEdit, FileFormat, FileMuxer } from './file-format.ts'
import type { FileWriter } from './file-writer.ts'
import { SegmentCut, type SegmentLimits } from './segment-cut.ts'
import { Timeline } from './timeline.ts'

export type SegmentOptions = {
  readonly format: FileFormat
  /** What the file begins with: see `FileStart`. */
  readonly tracks: readonly Track[]
  /** The stream's time that is 0 in the file. */
  readonly origin: Milliseconds
  readonly limits: SegmentLimits
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
  readonly #cut: SegmentCut
  #isEmpty = true
  /** The newest tracks of the stream, and those of them that the format carries. */
  #tracks: readonly Track[] = []
  #carriedTracks: readonly Track[] = []

  constructor(options: SegmentOptions) {
    const { format, tracks, origin, limits } = options
    this.#options = options
    this.#timeline = new Timeline(origin)
    this.#muxer = format.open({ tracks, timeline: this.#timeline })
    this.#known = new Set(tracks)
    this.#cut = new SegmentCut(limits, origin)
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

  get framesMalformed(): number {
    return this.#muxer.framesMalformed ?? 0
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
    let size = this.bytes
    for (const [number, placed] of frames.entries()) {
      const carried = this.#carried(placed)
      if (carried === undefined) continue
      if (this.#endsBefore(carried, size)) return { taken, left: frames.slice(number) }
      this.#isEmpty = false
      size += placed.frame.payload.length
      taken.push(carried)
    }
    return { taken, left: [] }
  }

  #endsBefore(placed: PlacedFrame, size: Bytes): boolean {
    const { track } = placed.frame
    if (!this.#isEmpty && this.#cut.isDue(placed, size)) return true
    if (!this.#known.has(track) && !this.#muxer.accepts(track)) return true
    this.#known.add(track)
    return false
  }

  /** The frame as the muxer may see it; `undefined` for one that the format cannot carry. */
  #carried(placed: PlacedFrame): PlacedFrame | undefined {
    const tracks = this.#carriedOf(placed.tracks)
    if (tracks === placed.tracks) return placed
    return tracks.includes(placed.frame.track) ? { ...placed, tracks } : undefined
  }

  /** The same array until `tracks` is another. */
  #carriedOf(tracks: readonly Track[]): readonly Track[] {
    if (tracks === this.#tracks) return this.#carriedTracks
    const { format, onLeftOut } = this.#options
    const carried = tracks.filter(format.carries)
    for (const track of tracks) {
      if (!carried.includes(track) && !this.#tracks.includes(track)) onLeftOut(track)
    }
    this.#tracks = tracks
    this.#carriedTracks = carried.length === tracks.length ? tracks : carried
    return this.#carriedTracks
  }

  async #apply({ append, patches }: FileEdit): Promise<void> {
    const { file } = this.#options
    if (append.length > 0) await file.append(append)
    for (const { at, bytes } of patches) await file.overwrite(at, bytes)
  }
}
