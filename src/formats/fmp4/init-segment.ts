import type { Milliseconds } from '../../core/units.ts'
import { box, boxHeaderSize, fourCc, fullBox, fullBoxHeaderSize, uint32, uint64, zeros } from './box.ts'
import { mvhdBox, trakBox } from './movie-boxes.ts'
import type { Mp4Track } from './mp4-track.ts'

/** Signed composition offsets and default-base-is-moof. */
const brand = 'iso6'
/** One track per file, as CMAF has it. ISO/IEC 23000-19 §7.2. */
const cmafBrand = 'cmfc'

const mehdSize = fullBoxHeaderSize + 8

/**
 * What stands in front of the fragments of `tracks`: ftyp and moov. As many bytes with a duration as without, so that a
 * file can be told its duration when it is complete.
 *
 * All tracks count from one origin, and there are no edit lists: what plays at a time of one track plays at the same
 * time of the others, from whichever fragment a player starts.
 *
 * @param duration Of the longest track; `undefined` while it is not known.
 * @see ISO/IEC 14496-12 §4.3 (ftyp), §8.2 (moov), §8.8 (movie fragments)
 */
export function encodeInitSegment(tracks: readonly Mp4Track[], duration?: Milliseconds): Uint8Array {
  const trex = tracks.map(({ trackId }) => fullBox('trex', 0, 0, uint32(trackId, 1, 0, 0, 0)))
  const mvex = box('mvex', mehd(duration), ...trex)
  const nextTrackId = Math.max(0, ...tracks.map(({ trackId }) => trackId)) + 1
  return Buffer.concat([ftyp(tracks), box('moov', mvhdBox(nextTrackId), ...tracks.map(trak), mvex)])
}

function ftyp(tracks: readonly Mp4Track[]): Uint8Array {
  const brands = tracks.length === 1 ? [brand, 'mp41', cmafBrand] : [brand, 'mp41']
  return box('ftyp', fourCc(brand), uint32(0), ...brands.map(fourCc))
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
  return trakBox(track, { stbl, duration: 0, movieDuration: 0, edts: undefined })
}
