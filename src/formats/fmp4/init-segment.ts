import type { Milliseconds } from '../../core/units.ts'
import { box, boxHeaderSize, fourCc, fullBox, fullBoxHeaderSize, uint32, uint64, zeros } from './box.ts'
import { mvhdBox, trakBox } from './movie-boxes.ts'
import type { Mp4Track } from './mp4-track.ts'

/** Signed composition offsets and default-base-is-moof. */
const brand = 'iso6'
/** ISO/IEC 23000-19 §7.2. */
const cmafBrand = 'cmfc'
/** media_rate: as fast as it is. ISO/IEC 14496-12 §8.6.6.3. */
const normalRate = 0x10000

const mehdSize = fullBoxHeaderSize + 8

/**
 * What stands in front of the segments of one track: a CMAF header.
 *
 * @see ISO/IEC 23000-19 §7.3.1
 */
export function encodeCmafHeader(track: Mp4Track): Uint8Array {
  return encodeMovie([track], [brand, 'mp41', cmafBrand], undefined)
}

/**
 * What stands in front of the fragments of `tracks`: ftyp and moov. As many bytes with a duration as without, so that a
 * file can be told its duration when it is complete.
 *
 * All tracks count from one origin: what plays at a time of one track plays at the same time of the others, from whichever
 * fragment a player starts.
 *
 * @param duration Of the longest track; `undefined` while it is not known.
 * @see ISO/IEC 14496-12 §4.3 (ftyp), §8.2 (moov), §8.8 (movie fragments)
 */
export function encodeInitSegment(tracks: readonly Mp4Track[], duration?: Milliseconds): Uint8Array {
  return encodeMovie(tracks, [brand, 'mp41'], duration)
}

function encodeMovie(
  tracks: readonly Mp4Track[],
  brands: readonly string[],
  duration: Milliseconds | undefined,
): Uint8Array {
  const trex = tracks.map(({ trackId }) => fullBox('trex', 0, 0, uint32(trackId, 1, 0, 0, 0)))
  const mvex = box('mvex', mehd(duration), ...trex)
  const nextTrackId = Math.max(0, ...tracks.map(({ trackId }) => trackId)) + 1
  const ftyp = box('ftyp', fourCc(brand), uint32(0), ...brands.map(fourCc))
  return Buffer.concat([ftyp, box('moov', mvhdBox(nextTrackId), ...tracks.map(trak), mvex)])
}

/** Readers take a duration of 0 at its word: as long as it is not known, there is room for it. */
function mehd(duration: Milliseconds | undefined): Uint8Array {
  return duration === undefined ? box('free', zeros(mehdSize - boxHeaderSize)) : fullBox('mehd', 1, 0, uint64(duration))
}

/** The samples are in the fragments: the tables are empty. */
function trak(track: Mp4Track): Uint8Array {
  const stsd = fullBox('stsd', 0, 0, uint32(1), track.sampleEntry)
  const tables = ['stts', 'stsc', 'stco'].map(type => fullBox(type, 0, 0, uint32(0)))
  const stbl = box('stbl', stsd, ...tables, fullBox('stsz', 0, 0, uint32(0, 0)))
  return trakBox(track, { stbl, duration: 0, movieDuration: 0, edts: edts(track) })
}

/** For all fragments, which an edit whose duration is 0 stands for. ISO/IEC 14496-12 §8.6.6.1. */
function edts({ compositionDelay }: Mp4Track): Uint8Array | undefined {
  if (compositionDelay === 0) return undefined
  return box('edts', fullBox('elst', 0, 0, uint32(1, 0, compositionDelay, normalRate)))
}
