import type { Milliseconds } from '../../core/units.ts'
import { box, boxHeaderSize, fourCc, fullBox, fullBoxHeaderSize, uint8, uint16, uint32, uint64, zeros } from './box.ts'
import type { Mp4Track } from './mp4-track.ts'

/** Ticks per second of the durations of a file as a whole. */
const movieTimescale = 1000
/** Fixed-point 1 with 16 bits behind the point, and with 8. */
const one = 0x10000
const fullVolume = 0x100
/** The transformation that changes nothing. ISO/IEC 14496-12 §8.2.2.2. */
const unityMatrix = uint32(one, 0, 0, 0, one, 0, 0, 0, 0x40000000)
/** track_enabled, track_in_movie, track_in_preview. ISO/IEC 14496-12 §8.3.2.3. */
const trackFlags = 7
/** The media are in the same file. ISO/IEC 14496-12 §8.7.2.3. */
const selfContained = 1
/** vmhd has had this flag since QuickTime. ISO/IEC 14496-12 §12.1.2. */
const vmhdFlags = 1
/** "und", five bits for a letter. ISO/IEC 14496-12 §8.4.2.3. */
const undetermined = 0x55c4
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
  return Buffer.concat([ftyp(tracks), box('moov', mvhd(nextTrackId), ...tracks.map(trak), mvex)])
}

function ftyp(tracks: readonly Mp4Track[]): Uint8Array {
  const brands = tracks.length === 1 ? [brand, 'mp41', cmafBrand] : [brand, 'mp41']
  return box('ftyp', fourCc(brand), uint32(0), ...brands.map(fourCc))
}

/** No creation time: that is the file system's to know. */
function mvhd(nextTrackId: number): Uint8Array {
  const times = uint32(0, 0, movieTimescale, 0)
  return fullBox(
    'mvhd',
    0,
    0,
    times,
    uint32(one),
    uint16(fullVolume),
    zeros(10),
    unityMatrix,
    zeros(24),
    uint32(nextTrackId),
  )
}

/** Readers take a duration of 0 at its word: as long as it is not known, there is room for it. */
function mehd(duration: Milliseconds | undefined): Uint8Array {
  return duration === undefined ? box('free', zeros(mehdSize - boxHeaderSize)) : fullBox('mehd', 1, 0, uint64(duration))
}

function trak(track: Mp4Track): Uint8Array {
  return box('trak', tkhd(track), mdia(track))
}

function tkhd({ trackId, handler, width, height }: Mp4Track): Uint8Array {
  const volume = handler === 'soun' ? fullVolume : 0
  return fullBox(
    'tkhd',
    0,
    trackFlags,
    ...[uint32(0, 0, trackId, 0, 0), zeros(8), uint16(0, 0, volume, 0), unityMatrix, uint16(width, 0, height, 0)],
  )
}

function mdia(track: Mp4Track): Uint8Array {
  const { handler, timescale } = track
  const mdhd = fullBox('mdhd', 0, 0, uint32(0, 0, timescale, 0), uint16(undetermined, 0))
  const hdlr = fullBox('hdlr', 0, 0, uint32(0), fourCc(handler), zeros(12), uint8(0))
  return box('mdia', mdhd, hdlr, minf(track))
}

function minf({ handler, sampleEntry }: Mp4Track): Uint8Array {
  const header = handler === 'vide' ? fullBox('vmhd', 0, vmhdFlags, zeros(8)) : fullBox('smhd', 0, 0, zeros(4))
  const dref = fullBox('dref', 0, 0, uint32(1), fullBox('url ', 0, selfContained))
  return box('minf', header, box('dinf', dref), stbl(sampleEntry))
}

/** The samples are in the fragments: the tables are empty. */
function stbl(sampleEntry: Uint8Array): Uint8Array {
  const stsd = fullBox('stsd', 0, 0, uint32(1), sampleEntry)
  const tables = ['stts', 'stsc', 'stco'].map(type => fullBox(type, 0, 0, uint32(0)))
  return box('stbl', stsd, ...tables, fullBox('stsz', 0, 0, uint32(0, 0)))
}
