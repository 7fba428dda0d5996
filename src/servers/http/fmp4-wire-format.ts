import type { PlacedFrame, RecordFlags, WireFormat, WireMuxer, WireWriter } from '../../contracts/wire-format.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { type Fragment, FragmentMuxer } from '../../formats/fmp4/fragment-muxer.ts'
import { encodeInitSegment } from '../../formats/fmp4/init-segment.ts'
import { isSelfDescribing, type Mp4Track, mp4Track, shareInitSegment } from '../../formats/fmp4/mp4-track.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'

/** Shortest time in one fragment: what it costs beside its frames is little then, and so is what it adds to the latency. */
const fragmentTime: Milliseconds = 100

const plain: RecordFlags = { isJoinPoint: false, isRestart: false }
const joinPoint: RecordFlags = { isJoinPoint: true, isRestart: false }

/**
 * Fragmented MP4 with the times of the stream, all tracks in one: a record is a fragment, and each join point begins one.
 * Another configuration is told by another initialisation segment among the fragments.
 *
 * @see ISO/IEC 14496-12 §8.8
 */
export const fmp4WireFormat: WireFormat = { name: 'fmp4', createMuxer: out => new Fmp4WireMuxer(out) }

/** What a track has said of itself in its first frame, where that alone says it: AC-3 and E-AC-3 do so in each. */
const toldByFrame = new WeakMap<Track, Mp4Track | undefined>()

export function fmp4Carries(track: Track): boolean {
  return isSelfDescribing(track) || describe(track) !== undefined
}

/** What stands before the fragments of `tracks`. */
export function fmp4Opening(tracks: readonly Track[]): Uint8Array {
  return encodeInitSegment(describeAll(tracks))
}

class Fmp4WireMuxer implements WireMuxer {
  readonly #out: WireWriter
  #tracks: readonly Track[] = []
  #described: readonly Mp4Track[] = []
  #muxer: FragmentMuxer | undefined
  #start: Milliseconds = 0
  #isJoinPoint = false

  constructor(out: WireWriter) {
    this.#out = out
  }

  write({ frame, time, isJoinPoint, tracks }: PlacedFrame): void {
    const isTold = noteDescription(frame)
    if (isTold || tracks !== this.#tracks) this.#change(tracks, time)
    if (this.#muxer === undefined) return
    this.#muxer.add(frame)
    if (!isJoinPoint && time - this.#start < fragmentTime) return
    this.#commit(this.#muxer.cut())
    this.#start = time
    this.#isJoinPoint ||= isJoinPoint
  }

  /** The newest frames are waiting to be told how long they last. */
  flush(): void {
    this.#commit(this.#muxer?.end())
  }

  #change(tracks: readonly Track[], time: Milliseconds): void {
    const described = describeAll(tracks)
    const isKnown = this.#muxer !== undefined && shareInitSegment(described, this.#described)
    if (!isKnown) this.flush()
    this.#tracks = tracks
    if (isKnown) return
    const isFirst = this.#muxer === undefined
    const { sequenceNumber = 0 } = this.#muxer ?? {}
    this.#described = described
    this.#muxer = described.length === 0 ? undefined : new FragmentMuxer(described, 0, sequenceNumber)
    if (!isFirst && this.#muxer !== undefined) this.#append(encodeInitSegment(described), time, plain)
  }

  #commit(fragment: Fragment | undefined): void {
    if (fragment === undefined) return
    this.#append(fragment.bytes, this.#start, this.#isJoinPoint ? joinPoint : plain)
    this.#isJoinPoint = false
  }

  #append(bytes: Uint8Array, time: Milliseconds, flags: RecordFlags): void {
    const at = this.#out.reserve(bytes.length)
    this.#out.bytes.set(bytes, at)
    this.#out.commit(time, 0, flags, this.#tracks)
  }
}

function describeAll(tracks: readonly Track[]): readonly Mp4Track[] {
  return tracks.map(describe).filter(track => track !== undefined)
}

function describe(track: Track): Mp4Track | undefined {
  return isSelfDescribing(track) ? toldByFrame.get(track) : unlessMalformed(() => mp4Track(track))
}

/** True if the frame is the first one of a track that it alone describes. */
function noteDescription(frame: Frame): boolean {
  const { track } = frame
  if (!isSelfDescribing(track) || toldByFrame.has(track)) return false
  toldByFrame.set(
    track,
    unlessMalformed(() => mp4Track(track, frame)),
  )
  return true
}
