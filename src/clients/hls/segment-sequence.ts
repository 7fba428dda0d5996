import type { MediaPlaylist, PlaylistSegment } from '../../formats/m3u8/media-playlist.ts'

/** A segment in the order in which it is played. */
export type NextSegment = {
  readonly segment: PlaylistSegment
  /** Grows where times may begin anew; renditions that belong together have the same at the same moment. */
  readonly run: number
  /** Something before it is missing. */
  readonly isAfterLoss: boolean
}

/** Target durations from the end of a list that grows, where a player begins. Source: RFC 8216bis §6.3.3. */
const liveDistance = 3

/** Which segments of a list, that is loaded again and again, come next: each once, and all of them if none is missed. */
export class SegmentSequence {
  /** Number of the segment that comes next. */
  #next: number | undefined
  /** Of the newest list. */
  #uris: ReadonlySet<string> = new Set()
  /** From discontinuity sequences to runs. */
  #runOffset = 0
  #newestRun = 0
  #hasLost = false

  /**
   * The segments that have come with this list. A list that goes back is an old one, which a cache kept; if its segments
   * are others, the server counts anew, and it is joined as at the beginning.
   */
  update(list: MediaPlaylist): readonly NextSegment[] {
    const { mediaSequence, segments } = list
    const end = mediaSequence + segments.length
    if (segments.length === 0) return []
    if (this.#next !== undefined && end < this.#next) {
      if (segments.every(({ uri }) => this.#uris.has(uri))) return []
      this.#next = undefined
      this.#runOffset = this.#newestRun + 1 - list.discontinuitySequence
      this.#hasLost = true
    }
    const from = this.#next ?? mediaSequence + startOf(list)
    if (from < mediaSequence) this.#hasLost = true
    const result = this.#from(list, Math.max(from, mediaSequence))
    this.#next = end
    this.#uris = new Set(segments.map(({ uri }) => uri))
    return result
  }

  /** The segment that was handed out last could not be had. */
  lost(): void {
    this.#hasLost = true
  }

  #from({ mediaSequence, discontinuitySequence, segments }: MediaPlaylist, first: number): readonly NextSegment[] {
    const result: NextSegment[] = []
    let discontinuity = discontinuitySequence
    for (const [index, segment] of segments.entries()) {
      if (segment.isDiscontinuity) discontinuity++
      if (mediaSequence + index < first) continue
      this.#newestRun = discontinuity + this.#runOffset
      if (segment.isGap) this.#hasLost = true
      else {
        result.push({ segment, run: this.#newestRun, isAfterLoss: this.#hasLost })
        this.#hasLost = false
      }
    }
    return result
  }
}

/** Where to begin in a list: in one that is complete, at its beginning. */
function startOf({ isEnded, segments, targetDuration }: MediaPlaylist): number {
  if (isEnded) return 0
  let index = segments.length
  for (let distance = 0; index > 0 && distance < liveDistance * targetDuration; ) {
    index--
    distance += segments[index]?.duration ?? 0
  }
  return index
}
