import type { Bytes } from '../../core/units.ts'
import { boxHeaderSize, fullBoxHeaderSize } from './box.ts'
import { BoxWriter } from './box-writer.ts'
import type { Sample, SampleRun } from './sample.ts'

/** ISO/IEC 14496-12 §8.8.7.1. */
const tfhdFlags = { defaultDuration: 0x8, defaultFlags: 0x20, defaultBaseIsMoof: 0x20000 }
/** ISO/IEC 14496-12 §8.8.8.1. */
const trunFlags = { dataOffset: 1, firstSampleFlags: 4, duration: 0x100, size: 0x200, flags: 0x400, offset: 0x800 }
/** sample_depends_on: 2 is on no other, 1 is on others; and sample_is_non_sync_sample. ISO/IEC 14496-12 §8.8.3.1. */
const sampleFlags = { sync: 0x2000000, nonSync: 0x1010000 }

const mfhdSize = fullBoxHeaderSize + 4
const tfdtSize = fullBoxHeaderSize + 8
/** With track_ID and default flags. */
const tfhdMinSize = fullBoxHeaderSize + 8
/** With sample_count and data_offset. */
const trunMinSize = fullBoxHeaderSize + 8

/** How a run is told: what all samples have in common is said once. */
type RunLayout = {
  readonly run: SampleRun
  /** `undefined` where the samples differ. */
  readonly duration: number | undefined
  /** Of all samples but the first; `undefined` where these differ. */
  readonly flags: number | undefined
  readonly firstFlags: number
  readonly hasOffsets: boolean
  readonly dataSize: Bytes
}

/**
 * One movie fragment: moof and mdat, of any length and for any number of tracks, each with one run.
 *
 *     moof | mfhd | { traf | tfhd | tfdt | trun | } … |   mdat | samples of the first run | samples of the second | …
 *
 * @param sequenceNumber Rises from fragment to fragment.
 * @param runs At least one; no two of a track.
 * @param leading Boxes that stand in front.
 * @see ISO/IEC 14496-12 §8.8.4 to §8.8.12
 */
export function encodeFragment(
  sequenceNumber: number,
  runs: readonly SampleRun[],
  leading: readonly Uint8Array[] = [],
): Uint8Array {
  const layouts = runs.map(layOut)
  const moofSize = layouts.reduce((size, layout) => size + trafSize(layout), boxHeaderSize + mfhdSize)
  const mdatSize = layouts.reduce((size, { dataSize }) => size + dataSize, boxHeaderSize)
  const leadingSize = leading.reduce((size, { length }) => size + length, 0)
  const writer = new BoxWriter(leadingSize + moofSize + mdatSize)
  for (const bytes of leading) writer.bytes(bytes)
  writer.header('moof', moofSize)
  writer.fullHeader('mfhd', mfhdSize, 0, 0)
  writer.uint32(sequenceNumber)
  let dataOffset = moofSize + boxHeaderSize
  for (const layout of layouts) {
    writeTraf(writer, layout, dataOffset)
    dataOffset += layout.dataSize
  }
  writer.header('mdat', mdatSize)
  for (const { samples } of runs) for (const { data } of samples) writer.bytes(data)
  return writer.written
}

function layOut(run: SampleRun): RunLayout {
  const { samples } = run
  const [first, second = first] = samples
  if (first === undefined || second === undefined) throw new RangeError('Cannot encode a run: it has no sample')
  return {
    run,
    duration: samples.every(({ duration }) => duration === first.duration) ? first.duration : undefined,
    flags: samples.every(({ isSync }, i) => i === 0 || isSync === second.isSync) ? flagsOf(second) : undefined,
    firstFlags: flagsOf(first),
    hasOffsets: samples.some(({ compositionOffset }) => compositionOffset !== 0),
    dataSize: samples.reduce((size, { data }) => size + data.length, 0),
  }
}

function flagsOf({ isSync }: Sample): number {
  return isSync ? sampleFlags.sync : sampleFlags.nonSync
}

function trafSize(layout: RunLayout): Bytes {
  return boxHeaderSize + tfhdSize(layout) + tfdtSize + trunSize(layout)
}

function tfhdSize({ duration }: RunLayout): Bytes {
  return tfhdMinSize + (duration === undefined ? 0 : 4)
}

function trunSize(layout: RunLayout): Bytes {
  const { run, duration, flags, hasOffsets } = layout
  const sampleSize = 4 + (duration === undefined ? 4 : 0) + (flags === undefined ? 4 : 0) + (hasOffsets ? 4 : 0)
  return trunMinSize + (hasFirstFlags(layout) ? 4 : 0) + run.samples.length * sampleSize
}

function hasFirstFlags({ flags, firstFlags }: RunLayout): boolean {
  return flags !== undefined && flags !== firstFlags
}

function writeTraf(writer: BoxWriter, layout: RunLayout, dataOffset: Bytes): void {
  writer.header('traf', trafSize(layout))
  writeTfhd(writer, layout)
  writer.fullHeader('tfdt', tfdtSize, 1, 0)
  writer.uint64(layout.run.decodeTime)
  writeTrun(writer, layout, dataOffset)
}

function writeTfhd(writer: BoxWriter, layout: RunLayout): void {
  const { run, duration, flags } = layout
  const durationFlag = duration === undefined ? 0 : tfhdFlags.defaultDuration
  const tfFlags = tfhdFlags.defaultBaseIsMoof | tfhdFlags.defaultFlags | durationFlag
  writer.fullHeader('tfhd', tfhdSize(layout), 0, tfFlags)
  writer.uint32(run.trackId)
  if (duration !== undefined) writer.uint32(duration)
  writer.uint32(flags ?? sampleFlags.nonSync)
}

function writeTrun(writer: BoxWriter, layout: RunLayout, dataOffset: Bytes): void {
  const { run, duration, flags, firstFlags, hasOffsets } = layout
  writer.fullHeader('trun', trunSize(layout), 1, trFlags(layout))
  writer.uint32(run.samples.length)
  writer.uint32(dataOffset)
  if (hasFirstFlags(layout)) writer.uint32(firstFlags)
  for (const sample of run.samples) {
    if (duration === undefined) writer.uint32(sample.duration)
    writer.uint32(sample.data.length)
    if (flags === undefined) writer.uint32(flagsOf(sample))
    if (hasOffsets) writer.int32(sample.compositionOffset)
  }
}

function trFlags(layout: RunLayout): number {
  return (
    trunFlags.dataOffset |
    trunFlags.size |
    (layout.duration === undefined ? trunFlags.duration : 0) |
    (layout.flags === undefined ? trunFlags.flags : 0) |
    (hasFirstFlags(layout) ? trunFlags.firstSampleFlags : 0) |
    (layout.hasOffsets ? trunFlags.offset : 0)
  )
}
