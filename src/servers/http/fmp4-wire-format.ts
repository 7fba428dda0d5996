import type { PlacedFrame, RecordFlags, WireFormat, WireMuxer, WireWriter } from '../../contracts/wire-format.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { type Fragment, FragmentMuxer } from '../../formats/fmp4/fragment-muxer.ts'
import { encodeInitSegment } from '../../formats/fmp4/init-segment.ts'
import { isSelfDescribing, type Mp4Track, mp4Track, shareInitSegment } from '../../formats/fmp4/mp4-track.ts'
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

/** AC-3 and E-AC-3 tell their configuration in each frame: whoever joins would have to be told before it has one. */
export function fmp4Carries(track: Track): boolean {
  return describe(track) !== undefined && !isSelfDescribing(track)
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
    if (tracks !== this.#tracks) this.#change(tracks, time)
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
  return tracks
    .filter(track => !isSelfDescribing(track))
    .map(describe)
    .filter(track => track !== undefined)
}

function describe(track: Track): Mp4Track | undefined {
  return unlessMalformed(() => mp4Track(track))
}
