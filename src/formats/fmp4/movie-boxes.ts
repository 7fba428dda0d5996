import type { Milliseconds, Ticks } from '../../core/units.ts'
import { box, fourCc, fullBox, uint8, uint16, uint32, zeros } from './box.ts'
import { packLanguage } from './media-language.ts'
import type { Mp4Track } from './mp4-track.ts'

/** Ticks per second of the durations of a file as a whole. */
export const movieTimescale = 1000
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

/** What a trak says of a track beside its samples. */
export type TrakFacts = Pick<Mp4Track, 'trackId' | 'handler' | 'timescale' | 'language' | 'width' | 'height'>

/** What a trak says of the samples that it has tables of. */
export type TrakMedia = {
  readonly stbl: Uint8Array
  /** 0 where all samples are in fragments. */
  readonly duration: Ticks
  /** Of its edits; the same as the duration where it has none. */
  readonly movieDuration: Milliseconds
  /** `undefined` where its times are those of the file. */
  readonly edts: Uint8Array | undefined
}

/** No creation time: that is the file system's to know. @see ISO/IEC 14496-12 §8.2.2 */
export function mvhdBox(nextTrackId: number, duration: Milliseconds = 0): Uint8Array {
  return fullBox(
    'mvhd',
    0,
    0,
    uint32(0, 0, movieTimescale, duration),
    uint32(one),
    uint16(fullVolume),
    zeros(10),
    unityMatrix,
    zeros(24),
    uint32(nextTrackId),
  )
}

/** @see ISO/IEC 14496-12 §8.3.1 */
export function trakBox(facts: TrakFacts, { stbl, duration, movieDuration, edts }: TrakMedia): Uint8Array {
  return box('trak', tkhd(facts, movieDuration), edts ?? zeros(0), mdia(facts, duration, stbl))
}

function tkhd({ trackId, handler, width, height }: TrakFacts, duration: Milliseconds): Uint8Array {
  const volume = handler === 'soun' ? fullVolume : 0
  return fullBox(
    'tkhd',
    0,
    trackFlags,
    ...[uint32(0, 0, trackId, 0, duration), zeros(8), uint16(0, 0, volume, 0), unityMatrix],
    uint16(width, 0, height, 0),
  )
}

function mdia({ handler, timescale, language }: TrakFacts, duration: Ticks, stbl: Uint8Array): Uint8Array {
  const mdhd = fullBox('mdhd', 0, 0, uint32(0, 0, timescale, duration), uint16(packLanguage(language), 0))
  const hdlr = fullBox('hdlr', 0, 0, uint32(0), fourCc(handler), zeros(12), uint8(0))
  return box('mdia', mdhd, hdlr, minf(handler, stbl))
}

function minf(handler: TrakFacts['handler'], stbl: Uint8Array): Uint8Array {
  const header = handler === 'vide' ? fullBox('vmhd', 0, vmhdFlags, zeros(8)) : fullBox('smhd', 0, 0, zeros(4))
  const dref = fullBox('dref', 0, 0, uint32(1), fullBox('url ', 0, selfContained))
  return box('minf', header, box('dinf', dref), stbl)
}
