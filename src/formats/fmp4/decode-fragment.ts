import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import { BoxFields, decodeBoxes, findBox, requireBox } from './decode-box.ts'
import type { FileSample } from './file-sample.ts'

/** What the samples of a track are in fragments that do not say otherwise. */
export type SampleDefaults = {
  /** From 0 on. */
  readonly description: number
  readonly duration: Ticks
  readonly size: Bytes
  readonly flags: number
}

/** The samples of one track in a fragment. */
export type FragmentRun = {
  readonly trackId: number
  readonly samples: readonly FileSample[]
  /** Where the next fragment begins if it does not say. */
  readonly end: Ticks
}

/** What has to be known of a track before its fragment can be read. */
export type FragmentTrack = { readonly defaults: SampleDefaults; readonly end: Ticks }

/** ISO/IEC 14496-12 §8.8.7.1. */
const tfhdFlags = {
  ...{ baseDataOffset: 1, sampleDescription: 2, duration: 8, size: 0x10, flags: 0x20, defaultBaseIsMoof: 0x20000 },
}
/** ISO/IEC 14496-12 §8.8.8.1. */
const trunFlags = { dataOffset: 1, firstSampleFlags: 4, duration: 0x100, size: 0x200, flags: 0x400, offset: 0x800 }
/** sample_is_non_sync_sample. ISO/IEC 14496-12 §8.8.3.1. */
const nonSync = 0x10000
/** Samples of one fragment: a run without fields of its own takes no bytes for them. */
const maxSamples = 1_000_000

/**
 * Decode the trex boxes of a moov: defaults by track_ID.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.8.3
 */
export function decodeTrackExtends(moov: Uint8Array): ReadonlyMap<number, SampleDefaults> {
  const mvex = findBox(moov, 'mvex')
  const boxes = mvex === undefined ? [] : decodeBoxes(mvex).filter(({ type }) => type === 'trex')
  const fields = boxes.map(({ data }) => new BoxFields('trex', data))
  return new Map(
    fields.map(trex => [
      trex.u32(4),
      { description: Math.max(0, trex.u32(8) - 1), duration: trex.u32(12), size: trex.u32(16), flags: trex.u32(20) },
    ]),
  )
}

/**
 * Decode a movie fragment.
 *
 * @param moof What is in the box.
 * @param moofAt Where the box is in the file.
 * @param trackOf What is known of a track; `undefined` if it is not read.
 * @returns The runs of the tracks that are read.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.8.4 to §8.8.12
 */
export function decodeFragment(
  moof: Uint8Array,
  moofAt: Bytes,
  trackOf: (trackId: number) => FragmentTrack | undefined,
): readonly FragmentRun[] {
  const runs: FragmentRun[] = []
  let dataEnd = moofAt
  let room = maxSamples
  for (const { type, data } of decodeBoxes(moof)) {
    if (type !== 'traf') continue
    const traf = new TrackFragment(data, moofAt, dataEnd, trackOf)
    const samples = traf.readRuns(room)
    room -= samples.length
    dataEnd = traf.dataEnd
    if (traf.isRead) runs.push({ trackId: traf.trackId, samples, end: traf.decodeTime })
  }
  return runs
}

const noDefaults: SampleDefaults = { description: 0, duration: 0, size: 0, flags: 0 }

/** A traf while its runs are read. */
class TrackFragment {
  readonly trackId: number
  readonly isRead: boolean
  /** Of the next sample. */
  decodeTime: Ticks
  /** Behind the data of the samples so far. */
  dataEnd: Bytes
  readonly #data: Uint8Array
  readonly #base: Bytes
  readonly #defaults: SampleDefaults

  constructor(
    data: Uint8Array,
    moofAt: Bytes,
    dataEnd: Bytes,
    trackOf: (trackId: number) => FragmentTrack | undefined,
  ) {
    const tfhd = new BoxFields('tfhd', requireBox(data, 'tfhd'))
    const tfdt = findBox(data, 'tfdt')
    this.#data = data
    this.trackId = tfhd.u32(4)
    const track = trackOf(this.trackId)
    this.isRead = track !== undefined
    const { flags } = tfhd
    const hasBase = (flags & tfhdFlags.baseDataOffset) !== 0
    this.#base = hasBase ? tfhd.u64(8) : (flags & tfhdFlags.defaultBaseIsMoof) !== 0 ? moofAt : dataEnd
    this.#defaults = decodeDefaults(tfhd, hasBase ? 16 : 8, track?.defaults ?? noDefaults)
    this.decodeTime = tfdt === undefined ? (track?.end ?? 0) : decodeTime(new BoxFields('tfdt', tfdt))
    this.dataEnd = this.#base
  }

  /** @param most Samples that there may be. */
  readRuns(most: number): readonly FileSample[] {
    const samples: FileSample[] = []
    for (const { type, data } of decodeBoxes(this.#data)) {
      if (type === 'trun') this.#readRun(new BoxFields('trun', data), samples, most)
    }
    return samples
  }

  #readRun(trun: BoxFields, samples: FileSample[], most: number): void {
    const { flags } = trun
    const count = trun.u32(4)
    if (samples.length + count > most) {
      throw new ProtocolError('mp4', 'limit', `Cannot read MP4 fragment: it has ${maxSamples} samples at most`)
    }
    let at: Bytes = 8
    const field = (flag: number, byDefault: number): number => {
      if ((flags & flag) === 0) return byDefault
      at += 4
      return trun.u32(at - 4)
    }
    if ((flags & trunFlags.dataOffset) !== 0) this.dataEnd = this.#base + (field(trunFlags.dataOffset, 0) | 0)
    const firstFlags = field(trunFlags.firstSampleFlags, this.#defaults.flags)
    for (let i = 0; i < count; i++) {
      const duration = field(trunFlags.duration, this.#defaults.duration)
      const size = field(trunFlags.size, this.#defaults.size)
      const sampleFlags = field(trunFlags.flags, i === 0 ? firstFlags : this.#defaults.flags)
      const compositionOffset = field(trunFlags.offset, 0) | 0
      const { description } = this.#defaults
      const isSync = (sampleFlags & nonSync) === 0
      samples.push({ at: this.dataEnd, size, decodeTime: this.decodeTime, compositionOffset, isSync, description })
      this.dataEnd += size
      this.decodeTime += duration
    }
  }
}

/** The fields of a tfhd behind its base, each of which may be missing. ISO/IEC 14496-12 §8.8.7.2. */
function decodeDefaults(
  tfhd: BoxFields,
  from: Bytes,
  { description, duration, size, flags }: SampleDefaults,
): SampleDefaults {
  let at = from
  const field = (flag: number, byDefault: number): number => {
    if ((tfhd.flags & flag) === 0) return byDefault
    at += 4
    return tfhd.u32(at - 4)
  }
  return {
    description: Math.max(0, field(tfhdFlags.sampleDescription, description + 1) - 1),
    duration: field(tfhdFlags.duration, duration),
    size: field(tfhdFlags.size, size),
    flags: field(tfhdFlags.flags, flags),
  }
}

function decodeTime(tfdt: BoxFields): Ticks {
  return tfdt.version === 0 ? tfdt.u32(4) : tfdt.u64(4)
}
