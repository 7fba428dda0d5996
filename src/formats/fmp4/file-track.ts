import { describedByFrame } from '../../codecs/track-facts.ts'
import { ProtocolError } from '../../core/errors.ts'
import { rescale } from '../../core/time.ts'
import type { Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { LeftOutTrack } from '../../media/left-out-track.ts'
import type { Track } from '../../media/track.ts'
import type { TrackSet } from '../../media/track-set.ts'
import { hasDelimiter, temporalDelimiter } from '../flv/temporal-delimiter.ts'
import { BoxFields, findBox, requireBox } from './decode-box.ts'
import type { FileSample } from './file-sample.ts'
import { decodeLanguage } from './media-language.ts'
import { decodeSampleDescriptions, describeTrack, type SampleDescription } from './sample-description.ts'

/** What the trak of a track of picture or sound says. */
export type TrackBox = {
  readonly trackId: number
  readonly timescale: number
  readonly language?: string
  /** From the times of the samples to those of the file. */
  readonly shift: Ticks
  readonly descriptions: readonly (SampleDescription | string)[]
  readonly stbl: Uint8Array
}

const mediaHandlers = ['vide', 'soun']

/**
 * Decode a trak.
 *
 * @param movieTimescale Of the durations in edit lists.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.3
 */
export function decodeTrackBox(trak: Uint8Array, movieTimescale: number): TrackBox | LeftOutTrack {
  const tkhd = new BoxFields('tkhd', requireBox(trak, 'tkhd'))
  const mdhd = new BoxFields('mdhd', requireBox(trak, 'mdia', 'mdhd'))
  const handler = new BoxFields('hdlr', requireBox(trak, 'mdia', 'hdlr')).u32(8)
  const trackId = tkhd.u32(tkhd.version === 0 ? 12 : 20)
  if (!mediaHandlers.some(name => fourCcNumber(name) === handler)) {
    return { trackNumber: trackId, reason: 'it is neither picture nor sound' }
  }
  const timescale = mdhd.u32(mdhd.version === 0 ? 12 : 20)
  if (timescale === 0) throw malformed('its timescale is not 0')
  const stbl = requireBox(trak, 'mdia', 'minf', 'stbl')
  const descriptions = decodeSampleDescriptions(requireBox(stbl, 'stsd'))
  const [first = 'it has no sample entry'] = descriptions
  if (typeof first === 'string') return { trackNumber: trackId, reason: first }
  const shift = decodeShift(trak, timescale, movieTimescale)
  return { trackId, timescale, ...decodeLanguage(mdhd), shift, descriptions, stbl }
}

/**
 * What the edit list of a trak does to the beginning, 0 if there is none: an empty edit is silence in front, and the first
 * other one says which media time plays first. What it does later, to loop or to leave out, is not done.
 *
 * @param timescale Of the track.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.6.6
 */
export function decodeShift(trak: Uint8Array, timescale: number, movieTimescale: number): Ticks {
  const box = findBox(trak, 'edts', 'elst')
  if (box === undefined) return 0
  const elst = new BoxFields('elst', box)
  const isLong = elst.version === 1
  const entrySize = isLong ? 20 : 12
  let shift = 0
  for (let entry = 0; entry < elst.entries(4, entrySize); entry++) {
    const at = 8 + entrySize * entry
    const mediaTime = isLong ? elst.i64(at + 8) : elst.i32(at + 4)
    if (mediaTime >= 0) return shift - mediaTime
    shift += rescale(isLong ? elst.u64(at) : elst.u32(at), movieTimescale, timescale)
  }
  return shift
}

/** A track of a file while its samples become frames. */
export class FileTrack {
  readonly box: TrackBox
  readonly #place: Pick<Track, 'id' | 'index' | 'timescale' | 'language'>
  readonly #tracks: TrackSet
  #description = 0
  /** How much earlier than told pictures are decoded, so that none is shown before. */
  #lead: Ticks = 0
  #newest: Ticks = Number.NEGATIVE_INFINITY
  #track: Track

  /** @param tracks Where the track is put, and its next generations. */
  constructor(box: TrackBox, id: number, index: number, tracks: TrackSet) {
    this.box = box
    const { timescale, language } = box
    this.#place = { id, index, timescale, ...(language !== undefined && { language }) }
    this.#tracks = tracks
    this.#track = this.#describe(0)
  }

  /**
   * Tell the least composition offset of the samples that follow. Where it is negative, which shows pictures at the time
   * of the first one, all of them are decoded earlier by as much.
   */
  expect(leastCompositionOffset: Ticks): void {
    if (this.#track.kind === 'video') this.#lead = Math.max(this.#lead, -leastCompositionOffset)
  }

  /** Takes over `data`, which has at least one byte. */
  frame(sample: FileSample, data: Uint8Array): Frame | undefined {
    if (sample.description !== this.#description) this.#track = this.#describe(sample.description)
    const isSound = this.#track.kind === 'audio'
    const isKey = isSound || sample.isSync
    const isDelimited = this.#track.codec === 'av1' && hasDelimiter(data)
    const payload = isDelimited ? data.subarray(temporalDelimiter.length) : data
    if (payload.length === 0) return undefined
    const described = describedByFrame(this.#track, payload, isKey)
    if (described !== this.#track) this.#track = this.#tracks.put(described)
    const time = sample.decodeTime + this.box.shift
    const dts = Math.max(this.#newest, time - this.#lead)
    const pts = isSound ? dts : time + sample.compositionOffset
    this.#newest = dts
    if (!Number.isSafeInteger(dts))
      throw new ProtocolError('mp4', 'limit', `Cannot read MP4: times are 2^53 ticks at most`)
    return { track: this.#track, dts, pts, isKey, payload }
  }

  #describe(index: number): Track {
    const description = this.box.descriptions[index]
    if (description === undefined || typeof description === 'string') {
      throw malformed(`its samples refer to a sample entry that is there and can be read, is ${index + 1}`)
    }
    this.#description = index
    return this.#tracks.put(describeTrack(description, this.#place))
  }
}

function fourCcNumber(text: string): number {
  return Buffer.from(text, 'latin1').readUInt32BE()
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('mp4', 'malformed', `Cannot read MP4 track: ${rule}`)
}
