import type { Bytes, Ticks } from '../../core/units.ts'
import { box, fullBox, uint32 } from './box.ts'

/** A sample that is put into a table. */
export type TableSample = {
  /** Of the file's own timeline: never less than that of the sample before. */
  readonly decodeTime: Ticks
  /** How long it is shown or heard. */
  readonly duration: Ticks
  readonly compositionOffset: Ticks
  readonly isSync: boolean
  readonly size: Bytes
}

/** Values that come one after the other, with how often each does. */
class Runs {
  readonly #values: number[] = []
  readonly #counts: number[] = []

  add(value: number): void {
    const last = this.#values.length - 1
    if (last >= 0 && this.#values[last] === value) this.#counts[last] = (this.#counts[last] ?? 0) + 1
    else {
      this.#values.push(value)
      this.#counts.push(1)
    }
  }

  get pairs(): readonly (readonly [count: number, value: number])[] {
    return this.#values.map((value, i) => [this.#counts[i] ?? 0, value])
  }

  get hasOther(): boolean {
    return this.#values.length > 1 || (this.#values[0] ?? 0) !== 0
  }

  get hasNegative(): boolean {
    return this.#values.some(value => value < 0)
  }
}

/**
 * The tables of one track of a file whose moov tells all of its samples, while these become known. All samples have the
 * first sample description.
 *
 * @see ISO/IEC 14496-12 §8.6.1 (stts, ctts), §8.6.2 (stss), §8.7.3 (stsz), §8.7.4 (stsc), §8.7.5 (stco, co64)
 */
export class SampleTableWriter {
  readonly #deltas = new Runs()
  readonly #offsets = new Runs()
  readonly #syncs: number[] = []
  readonly #sizes: number[] = []
  readonly #chunkAt: Bytes[] = []
  readonly #chunkSizes: number[] = []
  #first: TableSample | undefined
  #last: TableSample | undefined
  #presentationEnd: Ticks = 0

  get count(): number {
    return this.#sizes.length
  }

  get first(): TableSample | undefined {
    return this.#first
  }

  /** Where the sample ends that is shown last. */
  get presentationEnd(): Ticks {
    return this.#presentationEnd
  }

  /** Samples that lie one behind the other from `at` on, counted from the beginning of the media data. */
  addChunk(at: Bytes, samples: readonly TableSample[]): void {
    if (samples.length === 0) return
    this.#chunkAt.push(at)
    this.#chunkSizes.push(samples.length)
    for (const sample of samples) this.#add(sample)
  }

  /** Decode time of the end of the newest sample. */
  get end(): Ticks {
    return this.#last === undefined ? 0 : this.#last.decodeTime + this.#last.duration
  }

  /** Of all samples, from decode time to decode time. */
  get duration(): Ticks {
    return this.end - (this.#first?.decodeTime ?? 0)
  }

  /** @param stsd What is in it. @param base Where the media data begin. @param isLong Positions have 64 bits. */
  encode(stsd: Uint8Array, base: Bytes, isLong: boolean): Uint8Array {
    const offsets = this.#offsets.hasOther ? [runsBox('ctts', this.#offsets)] : []
    const syncs = this.#syncs.length === this.count ? [] : [listBox('stss', this.#syncs)]
    const positions = this.#chunkAt.map(at => base + at)
    const chunks = isLong ? longListBox('co64', positions) : listBox('stco', positions)
    const sizes = fullBox('stsz', 0, 0, uint32(0, this.count), tableOf(this.#sizes))
    const tables = [this.#decodeTimes(), ...offsets, ...syncs, this.#sampleToChunk(), sizes, chunks]
    return box('stbl', box('stsd', stsd), ...tables)
  }

  #add(sample: TableSample): void {
    const last = this.#last
    this.#first ??= sample
    this.#last = sample
    if (last !== undefined) this.#deltas.add(sample.decodeTime - last.decodeTime)
    this.#offsets.add(sample.compositionOffset)
    this.#sizes.push(sample.size)
    if (sample.isSync) this.#syncs.push(this.#sizes.length)
    const { decodeTime, compositionOffset, duration } = sample
    this.#presentationEnd = Math.max(this.#presentationEnd, decodeTime + compositionOffset + duration)
  }

  /** A sample lasts until the next one, and only the last one as long as it says. */
  #decodeTimes(): Uint8Array {
    const rows = [...this.#deltas.pairs, ...(this.#last === undefined ? [] : [[1, this.#last.duration] as const])]
    return fullBox('stts', 0, 0, uint32(rows.length), tableOf(rows.flat()))
  }

  /** A row for each chunk whose size is not that of the one before. */
  #sampleToChunk(): Uint8Array {
    const rows = this.#chunkSizes.flatMap((size, i) => (size === this.#chunkSizes[i - 1] ? [] : [i + 1, size, 1]))
    return fullBox('stsc', 0, 0, uint32(rows.length / 3), tableOf(rows))
  }
}

/** Composition offsets are signed in version 1. */
function runsBox(type: 'ctts', runs: Runs): Uint8Array {
  const { pairs } = runs
  const rows = pairs.flatMap(([count, value]) => [count, value >>> 0])
  return fullBox(type, runs.hasNegative ? 1 : 0, 0, uint32(pairs.length), tableOf(rows))
}

function listBox(type: 'stss' | 'stco', values: readonly number[]): Uint8Array {
  return fullBox(type, 0, 0, uint32(values.length), tableOf(values))
}

function longListBox(type: 'co64', values: readonly number[]): Uint8Array {
  const halves = values.flatMap(value => [Math.floor(value / 2 ** 32), value % 2 ** 32])
  return fullBox(type, 0, 0, uint32(values.length), tableOf(halves))
}

/** Tables are too long for arguments of a function. */
function tableOf(values: readonly number[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(4 * values.length)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i)
  return bytes
}
