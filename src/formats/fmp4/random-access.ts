import type { Bytes, Ticks } from '../../core/units.ts'
import { box, boxHeaderSize, fullBox, fullBoxHeaderSize, uint8, uint32, uint64 } from './box.ts'

/** A fragment that begins with a sync sample of the track that players seek by. */
export type AccessPoint = {
  /** Presentation time of that sample, in ticks of its track in the file. */
  readonly time: Ticks
  /** Of the moof. */
  readonly position: Bytes
}

/** traf_number, trun_number and sample_number are told in one byte each: 0. ISO/IEC 14496-12 §8.8.10.3. */
const oneByteNumbers = 0
const mfroSize = fullBoxHeaderSize + 4

/**
 * The mfra at the end of a file: where its access points are. The track has the first run of each of these fragments,
 * and the sync sample is the first of it.
 *
 *     mfra | tfra | track_ID (32) | sizes (32) | number_of_entry (32) |
 *          |      | { time (64) | moof_offset (64) | traf_number (8) | trun_number (8) | sample_number (8) } … |
 *          | mfro | size of the mfra (32) |
 *
 * @see ISO/IEC 14496-12 §8.8.9 to §8.8.11
 */
export function encodeRandomAccess(trackId: number, points: readonly AccessPoint[]): Uint8Array {
  const entries = points.map(({ time, position }) => Buffer.concat([uint64(time, position), uint8(1, 1, 1)]))
  const tfra = fullBox('tfra', 1, 0, uint32(trackId, oneByteNumbers, entries.length), ...entries)
  const size = boxHeaderSize + tfra.length + mfroSize
  return box('mfra', tfra, fullBox('mfro', 0, 0, uint32(size)))
}
