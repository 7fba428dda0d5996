import type { ArchivedSegment, StreamArchive } from '../../contracts/segments.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import { SegmentFrameReader } from '../../formats/fmp4/segment-frames.ts'
import type { Frame } from '../../media/frame.ts'
import { TrackSet } from '../../media/track-set.ts'

/** The bytes of a segment, and of its initialisation segment where that is not known yet. */
export type FetchedSegment = {
  readonly facts: ArchivedSegment
  readonly init: Uint8Array | undefined
  readonly bytes: Uint8Array
}

/** The frames of one segment, with times since the Unix epoch. */
export type KeptSegment = { readonly timescale: number; readonly frames: readonly Frame[] }

/** Where a track has been read up to, in its ticks since the Unix epoch. */
export type TrackEnd = {
  readonly end: Ticks
  /** Of the newest frame. */
  readonly duration: Ticks
}

type Reading = {
  readonly id: number
  readonly init: Uint8Array
  readonly reader: SegmentFrameReader
  period: number
}

/** The renditions of a stream as tracks, each of which keeps its place. */
export class KeptTracks {
  readonly tracks = new TrackSet('mp4')
  readonly #archive: StreamArchive
  readonly #readings = new Map<string, Reading>()
  readonly #ends = new Map<number, TrackEnd>()

  constructor(archive: StreamArchive) {
    this.#archive = archive
  }

  /** By the ids of the tracks. */
  get ends(): ReadonlyMap<number, TrackEnd> {
    return this.#ends
  }

  /** What is there of some segments. Changes nothing, so it may be tried again. @throws {RequestError} 503 */
  async fetch(segments: readonly ArchivedSegment[]): Promise<readonly FetchedSegment[]> {
    const fetched: FetchedSegment[] = []
    for (const facts of segments) {
      const { rendition, number, period } = facts
      const isKnown = this.#readings.get(rendition)?.period === period
      const init = isKnown ? undefined : await this.#archive.readInit(rendition, period)
      const bytes = await this.#archive.read(rendition, { number })
      if (bytes !== undefined && (isKnown || init !== undefined)) fetched.push({ facts, init, bytes })
    }
    return fetched
  }

  /** The segments of a rendition have to come in their order. `undefined` for one that is damaged. */
  decode({ facts, init, bytes }: FetchedSegment): KeptSegment | undefined {
    const reading = this.#readingOf(facts, init)
    const read = reading && unlessMalformed(() => reading.reader.read(bytes))
    const last = read?.frames.at(-1)
    if (reading === undefined || read === undefined || last === undefined) return undefined
    this.#ends.set(reading.id, { end: read.end, duration: read.end - last.dts })
    return { frames: read.frames, timescale: reading.reader.timescale }
  }

  /** A period whose initialisation segment is the same goes on with the same track. */
  #readingOf({ rendition, period }: ArchivedSegment, init: Uint8Array | undefined): Reading | undefined {
    const known = this.#readings.get(rendition)
    if (init === undefined || (known !== undefined && Buffer.compare(known.init, init) === 0)) {
      if (known !== undefined) known.period = period
      return known
    }
    const place = { id: known?.id ?? this.#readings.size, index: indexOf(rendition) }
    const reader = unlessMalformed(() => new SegmentFrameReader(init, place, this.tracks))
    if (reader === undefined) return undefined
    const reading = { id: place.id, init, reader, period }
    this.#readings.set(rendition, reading)
    return reading
  }
}

/** `audio-2` is the second track of its kind. */
function indexOf(rendition: string): number {
  return Number(rendition.split('-')[1] ?? '1') - 1
}
