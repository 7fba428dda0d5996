import { rescale } from '../../core/time.ts'
import type { Bytes, Milliseconds, Ticks } from '../../core/units.ts'
import { box, boxHeaderSize, fourCc, fullBox, uint32, uint64 } from './box.ts'
import { movieTimescale, mvhdBox, trakBox } from './movie-boxes.ts'
import type { SampleTableWriter } from './sample-table-writer.ts'
import type { SegmentHead } from './segment-head.ts'

/** One track of a file, all of whose samples are known. Its times are those of its tables. */
export type MovieTrack = {
  readonly trackId: number
  readonly head: SegmentHead
  readonly tables: SampleTableWriter
  /** What of it is presented: everything before is there to be decoded only. */
  readonly edit: {
    /** Nothing is presented for so long. */
    readonly pause: Milliseconds
    /** Presentation time where it begins. */
    readonly from: Ticks
    readonly duration: Milliseconds
  }
}

const brands = ['mp42', 'isom', 'iso4']
const largeSizeHeader = 16
/** What 32 bits can say. */
const longest = 0xffffffff
/** media_rate: as fast as it was. ISO/IEC 14496-12 §8.6.6.3. */
const normalRate = 0x10000
/** media_time of an edit in which there is nothing. */
const emptyEdit = 0xffffffff

/**
 * What stands before the media data of a file that can be played while it is loaded: ftyp, moov and the header of the
 * mdat.
 *
 * @param tracks Whose tables are complete. Their identifiers are 1 and up, ascending.
 * @param mediaSize Bytes of all samples.
 * @see ISO/IEC 14496-12 §8.2.1 (moov), §8.1.1 (mdat), §8.6.6 (elst)
 */
export function encodeMovieHead(tracks: readonly MovieTrack[], mediaSize: Bytes): Uint8Array {
  const ftyp = box('ftyp', fourCc('mp42'), uint32(0), ...brands.map(fourCc))
  const moov = (base: Bytes, isLong: boolean): Uint8Array =>
    box('moov', mvhdBox(tracks.length + 1, Math.max(0, ...tracks.map(durationOf))), ...traks(base, isLong))
  const traks = (base: Bytes, isLong: boolean): readonly Uint8Array[] =>
    tracks.map(track => encodeTrack(track, track.tables.encode(track.head.stsd, base, isLong)))
  // Positions have the same size whatever they are.
  const shortBase = ftyp.length + moov(0, false).length + boxHeaderSize
  if (shortBase + mediaSize <= longest) {
    return Buffer.concat([ftyp, moov(shortBase, false), uint32(boxHeaderSize + mediaSize), fourCc('mdat')])
  }
  const longBase = ftyp.length + moov(0, true).length + largeSizeHeader
  const mdat = [uint32(1), fourCc('mdat'), uint64(largeSizeHeader + mediaSize)]
  return Buffer.concat([ftyp, moov(longBase, true), ...mdat])
}

function durationOf({ edit }: MovieTrack): Milliseconds {
  return edit.pause + edit.duration
}

function encodeTrack(track: MovieTrack, stbl: Uint8Array): Uint8Array {
  const { trackId, head, tables } = track
  const { duration } = tables
  return trakBox({ ...head, trackId }, { stbl, duration, movieDuration: durationOf(track), edts: edts(track) })
}

/** An edit in which there is nothing, where the track comes late, and the one that presents it. */
function edts({ tables, edit: { pause, from, duration } }: MovieTrack): Uint8Array {
  const mediaTime = from - (tables.first?.decodeTime ?? 0)
  const pauseEdit = pause === 0 ? [] : [uint32(pause, emptyEdit, normalRate)]
  const entries = [...pauseEdit, uint32(duration, mediaTime, normalRate)]
  return box('edts', fullBox('elst', 0, 0, uint32(entries.length), ...entries))
}

/** In the unit of durations of a file, no shorter than told. */
export function movieDuration(duration: Ticks, timescale: number): Milliseconds {
  const rounded: Milliseconds = rescale(duration, timescale, movieTimescale) as number
  return rescale(rounded as number, movieTimescale, timescale) < duration ? rounded + 1 : rounded
}
