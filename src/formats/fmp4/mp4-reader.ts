import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import { type LeftOutTrack, nothingIsRead } from '../../media/left-out-track.ts'
import type { Track } from '../../media/track.ts'
import { TrackSet } from '../../media/track-set.ts'
import { BoxFields, type BoxHeader, decodeBoxes, decodeBoxHeader, longHeaderSize, requireBox } from './decode-box.ts'
import { decodeFragment, decodeTrackExtends, type SampleDefaults } from './decode-fragment.ts'
import type { FileSample } from './file-sample.ts'
import { decodeTrackBox, FileTrack } from './file-track.ts'
import { leastCompositionOffset, readSampleTable } from './sample-table.ts'

/** Bytes that can be read anywhere. What reads a file may keep it open. */
export type RandomAccess = {
  readonly size: Bytes
  /** `size` bytes from `at` on, all of which are there. The bytes are taken over. */
  readonly read: (at: Bytes, size: Bytes) => Promise<Uint8Array>
}

/** What is in memory anyway. The bytes stay as they are. */
export function accessTo(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: async (at, size) => bytes.subarray(at, at + size) }
}

/** What a moov may be long: the tables of a day have some 30 MB. */
const maxMovieSize: Bytes = 256 * 1024 * 1024
const maxFragmentSize: Bytes = 32 * 1024 * 1024
const maxSampleSize: Bytes = 32 * 1024 * 1024
const maxTracks = 256

/** A box of the file itself. */
type TopBox = BoxHeader & { readonly at: Bytes; readonly end: Bytes }

/** The next sample of a track, and how those behind it are got. */
type Lane = { readonly fileTrack: FileTrack; next: FileSample; readonly rest: Iterator<FileSample> }

/**
 * Turns an MP4 file, fragmented or not, into frames and tracks. The moov may stand before the media or behind them; what
 * was cut off can be read up to the last whole sample, if the moov is there.
 *
 * Times are those of the file, moved as the beginning of its edit lists says. Frames come in the order of their decode
 * times; those of a file in fragments, within each fragment. Tracks of codecs that we do not carry are left out.
 *
 * @see ISO/IEC 14496-12
 */
export class Mp4Reader {
  #file: RandomAccess
  readonly #tracks = new TrackSet('mp4')
  #fileTracks: readonly FileTrack[] = []
  #leftOut: readonly LeftOutTrack[] = []
  /** By track_ID. */
  #defaults: ReadonlyMap<number, SampleDefaults> = new Map()
  /** Where the next fragment of a track begins, if it does not say. */
  readonly #ends = new Map<number, Ticks>()

  private constructor(file: RandomAccess) {
    this.#file = file
  }

  /** Find the moov and read it. @throws {ProtocolError} If it is no MP4, or none that can be read. */
  static async open(file: RandomAccess): Promise<Mp4Reader> {
    const reader = new Mp4Reader(file)
    for await (const box of reader.#topBoxes()) {
      if (box.type !== 'moov') continue
      reader.#readMovie(await reader.#contents(box, maxMovieSize))
      return reader
    }
    throw fault('malformed', 'it has a moov, which is written when a recording is completed')
  }

  /** The tracks in their newest generation, by id. The same array until one of them changes. */
  get tracks(): readonly Track[] {
    return this.#tracks.list
  }

  /** The tracks that are not read, and why. */
  get leftOut(): readonly LeftOutTrack[] {
    return this.#leftOut
  }

  /** All frames, once. @throws {ProtocolError} */
  async *frames(): AsyncGenerator<Frame> {
    for (const fileTrack of this.#fileTracks) fileTrack.expect(leastCompositionOffset(fileTrack.box.stbl))
    yield* this.#merge(this.#fileTracks.map(fileTrack => ({ fileTrack, samples: readSampleTable(fileTrack.box.stbl) })))
    for await (const box of this.#topBoxes()) {
      if (box.type === 'moof') yield* this.#fragment(box)
    }
  }

  /**
   * All frames of a media segment, whose initialisation segment is what was opened.
   *
   * @throws {ProtocolError}
   * @see ISO/IEC 14496-12 §8.16
   */
  async *framesOfSegment(segment: RandomAccess): AsyncGenerator<Frame> {
    this.#file = segment
    for await (const box of this.#topBoxes()) {
      if (box.type === 'moof') yield* this.#fragment(box)
    }
  }

  /** Whole boxes, and a last one that is an mdat of which some is missing. */
  async *#topBoxes(): AsyncGenerator<TopBox> {
    const { size: fileSize } = this.#file
    for (let at = 0; at < fileSize; ) {
      const header = decodeBoxHeader(await this.#file.read(at, Math.min(longHeaderSize, fileSize - at)))
      if (header === undefined) return
      const end = header.size === undefined ? fileSize : at + header.size
      if (end <= fileSize) yield { ...header, at, end }
      at = end
    }
  }

  async #contents({ type, at, headerSize, end }: TopBox, most: Bytes): Promise<Uint8Array> {
    const size = end - at - headerSize
    if (size > most) throw fault('limit', `a ${type} has ${most} bytes at most, is ${size}`)
    return size === 0 ? new Uint8Array(0) : await this.#file.read(at + headerSize, size)
  }

  #readMovie(moov: Uint8Array): void {
    const mvhd = new BoxFields('mvhd', requireBox(moov, 'mvhd'))
    const movieTimescale = mvhd.u32(mvhd.version === 0 ? 12 : 20)
    if (movieTimescale === 0) throw fault('malformed', 'its timescale is not 0')
    const traks = decodeBoxes(moov).filter(({ type }) => type === 'trak')
    if (traks.length > maxTracks) throw fault('limit', `it has ${maxTracks} tracks at most, is ${traks.length}`)
    const fileTracks: FileTrack[] = []
    const leftOut: LeftOutTrack[] = []
    const counts = { video: 0, audio: 0 }
    for (const { data } of traks) {
      const box = decodeTrackBox(data, movieTimescale)
      if ('reason' in box) leftOut.push(box)
      else {
        const kind = box.descriptions.some(entry => typeof entry !== 'string' && 'video' in entry) ? 'video' : 'audio'
        fileTracks.push(new FileTrack(box, fileTracks.length, counts[kind]++, this.#tracks))
      }
    }
    if (fileTracks.length === 0) throw fault('unsupported', nothingIsRead(leftOut))
    this.#fileTracks = fileTracks
    this.#leftOut = leftOut
    this.#defaults = decodeTrackExtends(moov)
  }

  async *#fragment(box: TopBox): AsyncGenerator<Frame> {
    const byId = new Map(this.#fileTracks.map(fileTrack => [fileTrack.box.trackId, fileTrack]))
    const runs = decodeFragment(await this.#contents(box, maxFragmentSize), box.at, trackId => {
      const defaults = this.#defaults.get(trackId) ?? { description: 0, duration: 0, size: 0, flags: 0 }
      return byId.has(trackId) ? { defaults, end: this.#ends.get(trackId) ?? 0 } : undefined
    })
    for (const { trackId, end } of runs) this.#ends.set(trackId, end)
    const lanes = runs.flatMap(({ trackId, samples }) => {
      const fileTrack = byId.get(trackId)
      if (fileTrack === undefined) return []
      fileTrack.expect(samples.reduce((least, { compositionOffset }) => Math.min(least, compositionOffset), 0))
      return [{ fileTrack, samples }]
    })
    yield* this.#merge(lanes)
  }

  /** The frames of several tracks in the order of their decode times. A track ends where the file does. */
  async *#merge(
    tracks: readonly { readonly fileTrack: FileTrack; readonly samples: Iterable<FileSample> }[],
  ): AsyncGenerator<Frame> {
    const lanes = new Set<Lane>()
    for (const { fileTrack, samples } of tracks) {
      const rest = samples[Symbol.iterator]()
      const first = rest.next()
      if (first.done !== true) lanes.add({ fileTrack, next: first.value, rest })
    }
    for (let lane = earliest(lanes); lane !== undefined; lane = earliest(lanes)) {
      const frame = await this.#frame(lane)
      if (frame === 'missing') lanes.delete(lane)
      else {
        if (frame !== undefined) yield frame
        const next = lane.rest.next()
        if (next.done === true) lanes.delete(lane)
        else lane.next = next.value
      }
    }
  }

  async #frame({ fileTrack, next }: Lane): Promise<Frame | 'missing' | undefined> {
    const { at, size } = next
    if (at < 0 || at + size > this.#file.size) return 'missing'
    if (size > maxSampleSize) throw fault('limit', `a sample has ${maxSampleSize} bytes at most, is ${size}`)
    return size === 0 ? undefined : fileTrack.frame(next, await this.#file.read(at, size))
  }
}

/** Of those at one time, the one that stands first in the file. */
function earliest(lanes: ReadonlySet<Lane>): Lane | undefined {
  let first: Lane | undefined
  for (const lane of lanes) {
    if (first === undefined) first = lane
    else {
      const ahead = secondsOf(first) - secondsOf(lane)
      if (ahead > 0 || (ahead === 0 && lane.next.at < first.next.at)) first = lane
    }
  }
  return first
}

/** For comparison only. */
function secondsOf({ fileTrack: { box }, next }: Lane): number {
  return (next.decodeTime + box.shift) / box.timescale
}

function fault(kind: 'malformed' | 'unsupported' | 'limit', rule: string): ProtocolError {
  return new ProtocolError('mp4', kind, `Cannot read MP4: ${rule}`)
}
