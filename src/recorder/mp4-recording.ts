import type { PlacedFrame } from '../contracts/wire-format.ts'
import { unlessMalformed } from '../core/errors.ts'
import { rescale } from '../core/time.ts'
import type { Bytes, Milliseconds, Ticks } from '../core/units.ts'
import { type Fragment, FragmentMuxer } from '../formats/fmp4/fragment-muxer.ts'
import { encodeInitSegment } from '../formats/fmp4/init-segment.ts'
import { isSelfDescribing, type Mp4Track, mp4Track, shareInitSegment } from '../formats/fmp4/mp4-track.ts'
import { type AccessPoint, encodeRandomAccess } from '../formats/fmp4/random-access.ts'
import type { SampleRun } from '../formats/fmp4/sample.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import type { FileEdit, FileFormat, FileMuxer, FileStart } from './file-format.ts'
import { KeyframeIndex } from './keyframe-index.ts'

/** Fragmented MP4, for all codecs that have a sample entry. */
export const mp4Format: FileFormat = {
  name: 'MP4',
  extension: '.mp4',
  carries: track => isSelfDescribing(track) || describe(track) !== undefined,
  isToldByFrames: isSelfDescribing,
  open: start => new Mp4Recording(start),
}

/** Enough for more than an hour of one key frame each 2 s before the index is thinned. */
const indexCapacity = 2048
const nothing = new Uint8Array()

/**
 * Frames into one fragmented MP4: a fragment with each write and from each key frame on, so that a crash costs what was
 * not written. A complete file tells its duration and where its key frames are.
 *
 * It has no sidx. FFmpeg takes one for a list of all fragments, each of which begins with a key frame; ours are shorter
 * than that.
 *
 * @see ISO/IEC 14496-12 §8.8
 */
class Mp4Recording implements FileMuxer {
  readonly #start: FileStart
  readonly #index = new KeyframeIndex<AccessPoint>(indexCapacity)
  /** Where the presentation of each track ends, by track_ID. */
  readonly #ends = new Map<number, Ticks>()
  /** Pictures first: the first one is the track that players seek by. */
  #tracks: readonly Mp4Track[] = []
  #muxer: FragmentMuxer | undefined
  #size: Bytes = 0

  constructor(start: FileStart) {
    this.#start = start
  }

  /** Only what the head says as well: a change of facts, not of configuration. */
  accepts(track: Track): boolean {
    const described = describe(track)
    const known = this.#tracks.filter(({ trackId }) => trackId === described?.trackId)
    return described !== undefined && shareInitSegment([described], known)
  }

  write(frames: readonly PlacedFrame[]): FileEdit {
    const isFirst = this.#muxer === undefined
    const muxer = this.#muxer ?? this.#begin(frames)
    const head = isFirst ? [encodeInitSegment(this.#tracks)] : []
    const fragments = frames.map(placed => this.#add(muxer, placed))
    return { append: Buffer.concat([...head, ...fragments, this.#bytesOf(muxer.cut())]), patches: [] }
  }

  finish(): FileEdit {
    const last = this.#bytesOf(this.#muxer?.end())
    const [first] = this.#tracks
    const mfra = first === undefined ? nothing : encodeRandomAccess(first.trackId, this.#index.entries)
    const head = encodeInitSegment(this.#tracks, this.#duration)
    return { append: Buffer.concat([last, mfra]), patches: [{ at: 0, bytes: head }] }
  }

  /** The first frames settle what the head says. */
  #begin(frames: readonly PlacedFrame[]): FragmentMuxer {
    const { tracks, timeline } = this.#start
    const described = tracks
      .map(track => describe(track, frames.find(({ frame }) => frame.track === track)?.frame))
      .filter(track => track !== undefined)
    const [pictures, sound] = [described.filter(isVideo), described.filter(track => !isVideo(track))]
    this.#tracks = [...pictures, ...sound]
    this.#muxer = new FragmentMuxer(this.#tracks, timeline.origin)
    this.#size = encodeInitSegment(this.#tracks).length
    return this.#muxer
  }

  /** A place to start from begins a fragment: the frames before it make one. */
  #add(muxer: FragmentMuxer, { frame, isJoinPoint }: PlacedFrame): Uint8Array {
    muxer.add(frame)
    return isJoinPoint && muxer.has(frame.track) ? this.#bytesOf(muxer.cut()) : nothing
  }

  #bytesOf(fragment: Fragment | undefined): Uint8Array {
    if (fragment === undefined) return nothing
    const [first] = fragment.runs
    const time = first !== undefined && first.trackId === this.#tracks[0]?.trackId ? syncTime(first) : undefined
    if (time !== undefined) this.#index.add({ time, position: this.#size })
    for (const run of fragment.runs) this.#ends.set(run.trackId, presentationEnd(run))
    this.#size += fragment.bytes.length
    return fragment.bytes
  }

  get #duration(): Milliseconds {
    return Math.max(
      0,
      ...this.#tracks.map(({ trackId, timescale }) => Number(rescale(this.#ends.get(trackId) ?? 0, timescale, 1000))),
    )
  }
}

/** A track that cannot be told is left out. */
function describe(track: Track, frame?: Frame): Mp4Track | undefined {
  return unlessMalformed(() => mp4Track(track, frame))
}

function isVideo({ handler }: Mp4Track): boolean {
  return handler === 'vide'
}

/** When a run is presented that begins with a sync sample. */
function syncTime({ decodeTime, samples }: SampleRun): Ticks | undefined {
  const [first] = samples
  return first?.isSync ? Number(decodeTime) + Number(first.compositionOffset) : undefined
}

function presentationEnd({ decodeTime, samples }: SampleRun): Ticks {
  let [start, end] = [Number(decodeTime), 0]
  for (const { duration, compositionOffset } of samples) {
    end = Math.max(end, start + compositionOffset + duration)
    start += duration
  }
  return end
}
