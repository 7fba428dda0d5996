import { rescale } from '../../core/time.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { blockReach, clusterHeadSize, clusterSizeOffset, encodeClusterStart, encodeSimpleBlock } from './cluster.ts'
import { type Cue, encodeCues } from './cues.ts'
import { opusTiming } from './opus-timing.ts'
import { encodeSegmentHead, type Patch, type SegmentHead, segmentHeadPatches } from './segment-head.ts'
import { trackNumberOf } from './track-entry.ts'
import { encodeVariableSize, unknownSize } from './variable-size-integer.ts'

/** A Cluster has no frame that is this much later than its first one. Source: RFC 9559 §25.1 (5 s at most). */
const longestCluster: Milliseconds = 5000
/** A key frame begins a Cluster, unless the present one is younger: all frames of some streams are key frames. */
const shortestCluster: Milliseconds = 500

const nanosecondsPerMillisecond = 1_000_000

/** What a frame, or the end, does to the file. */
export type MatroskaEdit = {
  /** In order, for the end of the file. */
  readonly append: readonly Uint8Array[]
  /** Over what the file has; readers can do without. */
  readonly patches: readonly Patch[]
  /** A place in the index, if the frame begins a Cluster that can be sought. */
  readonly cue: Cue | undefined
}

type Cluster = { readonly at: Bytes; readonly timestamp: Milliseconds }

/**
 * Frames of known tracks as one Matroska file.
 *
 * The bytes in their order are a live stream: Segment and Clusters of unknown size. With the patches they are a file that
 * can be sought. Cut off anywhere, what is there can be read up to the last whole block.
 *
 * @see RFC 9559, RFC 8794
 */
export class MatroskaMuxer {
  readonly #head: SegmentHead
  /** The track whose key frames begin Clusters: the first picture, else the first sound. */
  readonly #leader: number | undefined
  /** What is added to the time of each frame of a track, as its CodecDelay will be subtracted. */
  readonly #delays: ReadonlyMap<number, Milliseconds>
  #cluster: Cluster | undefined
  #size: Bytes

  /** @param tracks Those that `matroskaCarries`. */
  constructor(tracks: readonly Track[]) {
    this.#head = encodeSegmentHead(tracks)
    this.#leader = (tracks.find(track => track.kind === 'video') ?? tracks[0])?.id
    this.#delays = new Map(tracks.map(track => [track.id, codecDelayOf(track)]))
    this.#size = this.#head.bytes.length
  }

  /** What the file begins with. */
  get head(): Uint8Array {
    return this.#head.bytes
  }

  /**
   * The next frame of one of the tracks.
   *
   * @param time Decode time in the file.
   */
  write(frame: Frame, time: Milliseconds): MatroskaEdit {
    // A Cluster cannot begin before 0, nor a block be out of its reach, whatever the publisher says.
    const timestamp = Math.max(0, time + compositionTime(frame) + (this.#delays.get(frame.track.id) ?? 0))
    const isStart = this.#beginsCluster(frame, time, timestamp)
    const isReachable = Math.abs(timestamp - time) <= blockReach
    const start = isStart ? this.#beginCluster(isReachable ? time : timestamp) : { append: [], patches: [] }
    const cue = isStart && this.#isSeekable(frame) ? this.#cue(frame, timestamp) : undefined
    const relativeTimestamp = timestamp - (this.#cluster?.timestamp ?? 0)
    const header = { trackNumber: trackNumberOf(frame.track), relativeTimestamp, isKey: frame.isKey }
    const block = encodeSimpleBlock(header, frame.payload)
    this.#size += block.length
    return { append: [...start.append, block], patches: start.patches, cue }
  }

  /** Nothing more comes. `cues` are those of the frames, or some of them. */
  finish(duration: Milliseconds, cues: readonly Cue[]): MatroskaEdit {
    const patches = this.#endCluster()
    const cuesPosition = cues.length === 0 ? undefined : this.#size - this.#head.dataStart
    const append = cues.length === 0 ? [] : [encodeCues(cues)]
    for (const element of append) this.#size += element.length
    const ending = { duration, cuesPosition, fileSize: this.#size }
    return { append, patches: [...patches, ...segmentHeadPatches(this.#head, ending)], cue: undefined }
  }

  #beginsCluster(frame: Frame, time: Milliseconds, timestamp: Milliseconds): boolean {
    if (this.#cluster === undefined) return true
    const age = time - this.#cluster.timestamp
    if (age >= longestCluster || Math.abs(timestamp - this.#cluster.timestamp) > blockReach) return true
    return frame.track.kind === 'video' && this.#isSeekable(frame) && age >= shortestCluster
  }

  #isSeekable(frame: Frame): boolean {
    return frame.track.id === this.#leader && frame.isKey
  }

  #beginCluster(timestamp: Milliseconds): Pick<MatroskaEdit, 'append' | 'patches'> {
    const patches = this.#endCluster()
    const start = encodeClusterStart(timestamp)
    this.#cluster = { at: this.#size, timestamp }
    this.#size += start.length
    return { append: [start], patches }
  }

  #endCluster(): readonly Patch[] {
    if (this.#cluster === undefined) return []
    const { at } = this.#cluster
    const size = encodeVariableSize(this.#size - at - clusterHeadSize, unknownSize.length)
    return [{ at: at + clusterSizeOffset, bytes: size }]
  }

  #cue(frame: Frame, time: Milliseconds): Cue {
    const position = (this.#cluster?.at ?? 0) - this.#head.dataStart
    return { time, trackNumber: trackNumberOf(frame.track), position }
  }
}

function compositionTime({ pts, dts, track }: Frame): Milliseconds {
  return rescale(pts, track.timescale, 1000) - rescale(dts, track.timescale, 1000)
}

function codecDelayOf(track: Track): Milliseconds {
  return Math.round((opusTiming(track)?.codecDelay ?? 0) / nanosecondsPerMillisecond)
}
