import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import { BoxFields, findBox, requireBox } from './decode-box.ts'
import type { FileSample } from './file-sample.ts'

/** Where the entries of a table begin: behind version, flags and count. */
const entriesAt: Bytes = 8
const countAt: Bytes = 4

/**
 * The samples of a track that the tables of its stbl tell, one by one.
 *
 * Composition offsets are signed in both versions of their box: many writers do so in version 0 too.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.6.1.2 (stts), §8.6.1.3 (ctts), §8.6.2 (stss), §8.7.3 (stsz, stz2), §8.7.4 (stsc), §8.7.5
 */
export function* readSampleTable(stbl: Uint8Array): Generator<FileSample> {
  const sizes = new SampleSizes(stbl)
  const chunks = new ChunkOffsets(stbl)
  const groups = new ChunkGroups(stbl)
  const durations = new Runs('stts', requireBox(stbl, 'stts'))
  const offsets = new Runs('ctts', findBox(stbl, 'ctts'))
  const syncs = new SyncSamples(stbl)
  let sample = 0
  let decodeTime = 0
  for (let chunk = 0; chunk < chunks.count && sample < sizes.count; chunk++) {
    const { samples, description } = groups.of(chunk)
    let at = chunks.offset(chunk)
    const last = Math.min(sample + samples, sizes.count)
    for (; sample < last; sample++) {
      const size = sizes.size(sample)
      yield { at, size, decodeTime, compositionOffset: offsets.next(), isSync: syncs.has(sample), description }
      at += size
      decodeTime += durations.next() >>> 0
    }
  }
}

/** The least composition offset of all samples of a track; 0 if they have none. @throws {ProtocolError} */
export function leastCompositionOffset(stbl: Uint8Array): Ticks {
  const data = findBox(stbl, 'ctts')
  if (data === undefined) return 0
  const fields = new BoxFields('ctts', data)
  let least = 0
  for (let run = 0; run < fields.entries(countAt, 8); run++)
    least = Math.min(least, fields.i32(entriesAt + 8 * run + 4))
  return least
}

/** stsz, or its short form stz2. */
class SampleSizes {
  readonly count: number
  readonly #fields: BoxFields
  /** Of all samples; 0 if each has its own. */
  readonly #common: Bytes
  /** 4, 8, 16 or 32. */
  readonly #bits: number

  constructor(stbl: Uint8Array) {
    const stsz = findBox(stbl, 'stsz')
    this.#fields = new BoxFields('stsz', stsz ?? requireBox(stbl, 'stz2'))
    this.#common = stsz === undefined ? 0 : this.#fields.u32(countAt)
    this.#bits = stsz === undefined ? this.#fields.u8(7) : 32
    if (![4, 8, 16, 32].includes(this.#bits)) throw malformed(`sizes have 4, 8 or 16 bits, is ${this.#bits}`)
    this.count = this.#common > 0 ? this.#fields.u32(8) : this.#fields.entries(8, this.#bits / 8)
  }

  size(sample: number): Bytes {
    if (this.#common > 0) return this.#common
    switch (this.#bits) {
      case 4: {
        const pair = this.#fields.u8(12 + (sample >> 1))
        return sample % 2 === 0 ? pair >> 4 : pair & 0xf
      }
      case 8:
        return this.#fields.u8(12 + sample)
      case 16:
        return this.#fields.u16(12 + 2 * sample)
      default:
        return this.#fields.u32(12 + 4 * sample)
    }
  }
}

/** stco, or co64. */
class ChunkOffsets {
  readonly count: number
  readonly #fields: BoxFields
  readonly #isLong: boolean

  constructor(stbl: Uint8Array) {
    const stco = findBox(stbl, 'stco')
    this.#isLong = stco === undefined
    this.#fields = new BoxFields(this.#isLong ? 'co64' : 'stco', stco ?? requireBox(stbl, 'co64'))
    this.count = this.#fields.entries(countAt, this.#isLong ? 8 : 4)
  }

  offset(chunk: number): Bytes {
    return this.#isLong ? this.#fields.u64(entriesAt + 8 * chunk) : this.#fields.u32(entriesAt + 4 * chunk)
  }
}

/** stsc: runs of chunks with as many samples each. Asked for one chunk after the other. */
class ChunkGroups {
  readonly #fields: BoxFields
  readonly #count: number
  #group = 0

  constructor(stbl: Uint8Array) {
    this.#fields = new BoxFields('stsc', requireBox(stbl, 'stsc'))
    this.#count = this.#fields.entries(countAt, 12)
  }

  of(chunk: number): { readonly samples: number; readonly description: number } {
    if (this.#count === 0) throw malformed('chunks have samples')
    while (this.#group + 1 < this.#count && this.#field(this.#group + 1, 0) <= chunk + 1) this.#group++
    return { samples: this.#field(this.#group, 4), description: Math.max(0, this.#field(this.#group, 8) - 1) }
  }

  #field(group: number, at: Bytes): number {
    return this.#fields.u32(entriesAt + 12 * group + at)
  }
}

/** stts and ctts: a value for so many samples, then another. Behind the last it is 0. */
class Runs {
  readonly #fields: BoxFields | undefined
  readonly #count: number
  #run = 0
  #used = 0

  constructor(type: string, data: Uint8Array | undefined) {
    this.#fields = data && new BoxFields(type, data)
    this.#count = this.#fields?.entries(countAt, 8) ?? 0
  }

  next(): number {
    const fields = this.#fields
    if (fields === undefined) return 0
    while (this.#run < this.#count) {
      const at = entriesAt + 8 * this.#run
      if (this.#used++ < fields.u32(at)) return fields.i32(at + 4)
      this.#run++
      this.#used = 0
    }
    return 0
  }
}

/** stss: the samples where decoding can start, all if there is no such box. Asked for one sample after the other. */
class SyncSamples {
  readonly #fields: BoxFields | undefined
  readonly #count: number
  #next = 0

  constructor(stbl: Uint8Array) {
    const data = findBox(stbl, 'stss')
    this.#fields = data && new BoxFields('stss', data)
    this.#count = this.#fields?.entries(countAt, 4) ?? 0
  }

  has(sample: number): boolean {
    if (this.#fields === undefined) return true
    while (this.#next < this.#count && this.#fields.u32(entriesAt + 4 * this.#next) < sample + 1) this.#next++
    return this.#next < this.#count && this.#fields.u32(entriesAt + 4 * this.#next) === sample + 1
  }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('mp4', 'malformed', `Cannot read MP4 sample table: ${rule}`)
}
