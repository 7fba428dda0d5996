import type { PlacedFrame } from '../contracts/wire-format.ts'
import { matroskaCarries } from '../formats/matroska/codec-mapping.ts'
import type { Cue } from '../formats/matroska/cues.ts'
import { type MatroskaEdit, MatroskaMuxer } from '../formats/matroska/matroska-muxer.ts'
import type { FileEdit, FileFormat, FileMuxer, FileStart } from './file-format.ts'
import { KeyframeIndex } from './keyframe-index.ts'
import type { Timeline } from './timeline.ts'

/** Matroska, for all codecs that have a Codec ID. */
export const mkvFormat: FileFormat = {
  name: 'Matroska',
  extension: '.mkv',
  carries: matroskaCarries,
  open: start => new MkvRecording(start),
}

/** Enough for more than an hour of one key frame each 2 s before the index is thinned; 12 bytes each in the file. */
const indexCapacity = 2048

/** Frames into one Matroska file: a stream that can be read while it grows, and at the end a file that can be sought. */
class MkvRecording implements FileMuxer {
  readonly #timeline: Timeline
  readonly #muxer: MatroskaMuxer
  readonly #index = new KeyframeIndex<Cue>(indexCapacity)
  #hasHead = false

  constructor({ tracks, timeline }: FileStart) {
    this.#timeline = timeline
    this.#muxer = new MatroskaMuxer(tracks)
  }

  /** None: all tracks are told in front of the first frame, once. */
  accepts(): boolean {
    return false
  }

  write(frames: readonly PlacedFrame[]): FileEdit {
    const edits = frames.map(placed => this.#muxer.write(placed.frame, this.#timeline.timeOf(placed)))
    for (const { cue } of edits) if (cue !== undefined) this.#index.add(cue)
    const head = this.#hasHead ? [] : [this.#muxer.head]
    this.#hasHead = true
    return join(head, edits)
  }

  finish(): FileEdit {
    return join([], [this.#muxer.finish(this.#timeline.duration, this.#index.entries)])
  }
}

function join(head: readonly Uint8Array[], edits: readonly MatroskaEdit[]): FileEdit {
  return {
    append: Buffer.concat([...head, ...edits.flatMap(edit => edit.append)]),
    patches: edits.flatMap(edit => edit.patches),
  }
}
