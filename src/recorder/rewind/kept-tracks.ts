import type { ArchivedSegment, StreamArchive } from '../../contracts/segments.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Milliseconds, Ticks } from '../../core/units.ts'
import { SegmentFrameReader, type SegmentFrames } from '../../formats/fmp4/segment-frames.ts'
import type { Track } from '../../media/track.ts'
import { TrackSet } from '../../media/track-set.ts'

/** One rendition while its segments are read. */
type Reading = {
  readonly id: number
  readonly index: number
  init: Uint8Array
  period: number
  reader: SegmentFrameReader
}

/** Where a track has been read up to. */
export type TrackEnd = {
  /** Since the Unix epoch. */
  readonly end: Milliseconds
  /** Of the newest frame. */
  readonly duration: Milliseconds
}

/** The frames of one segment, as its track has them. */
export type KeptSegment = SegmentFrames & { readonly trackId: number; readonly timescale: number }

/** The renditions of a stream as tracks that keep their places. */
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

  /** The track that a track of the live stream is. */
  like({ kind, index }: Track): Track | undefined {
    return this.tracks.list.find(track => track.kind === kind && track.index === index)
  }

  /** `undefined` for a segment that is damaged, or there no more. */
  async read(segment: ArchivedSegment): Promise<KeptSegment | undefined> {
    const reading = await this.#readingOf(segment)
    const bytes = reading && (await this.#archive.read(segment.rendition, { number: segment.number }))
    const read = reading && bytes && unlessMalformed(() => reading.reader.read(bytes))
    if (reading === undefined || read === undefined) return undefined
    const { timescale } = reading.reader
    this.#noteEnd(reading.id, read, timescale)
    return { ...read, trackId: reading.id, timescale }
  }

  #noteEnd(id: number, { frames, end }: SegmentFrames, timescale: number): void {
    const last = frames.at(-1)
    if (last === undefined) return
    const ms = (ticks: Ticks): Milliseconds => (ticks / timescale) * 1000
    this.#ends.set(id, { end: ms(end), duration: ms(end - last.dts) })
  }

  /** A period whose initialisation segment is the same goes on with the same track. */
  async #readingOf({ rendition, period }: ArchivedSegment): Promise<Reading | undefined> {
    const known = this.#readings.get(rendition)
    if (known?.period === period) return known
    const init = await this.#archive.readInit(rendition, period)
    if (init === undefined) return undefined
    if (known !== undefined && Buffer.compare(known.init, init) === 0) {
      known.period = period
      return known
    }
    const place = known ?? { id: this.#readings.size, index: indexOf(rendition) }
    const { id, index } = place
    const reader = unlessMalformed(() => new SegmentFrameReader(init, { id, index }, this.tracks))
    if (reader === undefined) return undefined
    const reading = { id, index, init, period, reader }
    this.#readings.set(rendition, reading)
    return reading
  }
}

/** `audio-2` is the second track of its kind. */
function indexOf(rendition: string): number {
  return Number(rendition.split('-')[1] ?? '1') - 1
}
