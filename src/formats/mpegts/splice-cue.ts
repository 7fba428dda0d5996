import { BitReader } from '../../core/bit-reader.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import { wrapClock } from './clock.ts'

/** What a splice_info_section asks for, as far as it can be told without knowing the programme. */
export type SpliceCue = {
  /** `out` of the programme, to an advertisement say, and back `in`. */
  readonly kind: 'out' | 'in' | 'other'
  /** An out and the in that belongs to it have the same. */
  readonly event: string | undefined
  /** Moment of the splice, 33 bits of 90 kHz; `undefined` for at once, and where it is not told or encrypted. */
  readonly time: Ticks | undefined
  /** Until the way back, in ticks of 90 kHz. */
  readonly duration: Ticks | undefined
}

/** splice_command_type. SCTE 35 §9.6.1. */
const commands = { insert: 0x05, timeSignal: 0x06 }
/** splice_descriptor_tag of a segmentation_descriptor, and the identifier of all descriptors. SCTE 35 §10.3.3. */
const segmentation = { tag: 0x02, identifier: 0x43554549 }
/** Segments of another source: segmentation_type_id of their starts; that of the end is one more. SCTE 35 §10.3.3.1. */
const outTypes: readonly number[] = [0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46]

const headBits = 8 * 3
const crcSize: Bytes = 4
const descriptorHeadSize: Bytes = 2
const nothing: SpliceCue = { kind: 'other', event: undefined, time: undefined, duration: undefined }

/**
 * Decode a splice_info_section.
 *
 *     | table_id (8) | … (16) | protocol_version (8) | encrypted_packet (1) | encryption_algorithm (6) | pts_adjustment (33) |
 *     | cw_index (8) | tier (12) | splice_command_length (12) | splice_command_type (8) | command | descriptors | CRC_32 (32) |
 *
 * @param section Whole, as `Frame.payload` has it.
 * @throws {ProtocolError}
 * @see SCTE 35 §9.6 (splice_info_section), §9.7.3 (splice_insert), §9.7.4 (time_signal), §10.3.3 (segmentation_descriptor)
 */
export function decodeSpliceCue(section: Uint8Array): SpliceCue {
  const reader = new BitReader(section.subarray(0, Math.max(0, section.length - crcSize)), 'mpegts')
  reader.skip(headBits + 8)
  const isEncrypted = reader.flag()
  reader.skip(6)
  const adjustment = readClock(reader)
  reader.skip(8 + 12 + 12)
  const command = reader.bits(8)
  if (isEncrypted) return nothing
  if (command === commands.insert) return readInsert(reader, adjustment)
  return command === commands.timeSignal ? readTimeSignal(reader, adjustment) : nothing
}

function readInsert(reader: BitReader, adjustment: Ticks): SpliceCue {
  const event = reader.bits(32)
  const isCancelled = reader.flag()
  reader.skip(7)
  if (isCancelled) return nothing
  const [isOut, isProgram, hasDuration, isImmediate] = [reader.flag(), reader.flag(), reader.flag(), reader.flag()]
  reader.skip(4)
  let time: Ticks | undefined
  if (isProgram) time = isImmediate ? undefined : readTime(reader, adjustment)
  else for (let left = reader.bits(8); left > 0; left--) time = readComponent(reader, isImmediate, adjustment) ?? time
  const duration = hasDuration ? readBreak(reader) : undefined
  return { kind: isOut ? 'out' : 'in', event: `splice-${event}`, time, duration }
}

function readComponent(reader: BitReader, isImmediate: boolean, adjustment: Ticks): Ticks | undefined {
  reader.skip(8)
  return isImmediate ? undefined : readTime(reader, adjustment)
}

function readTimeSignal(reader: BitReader, adjustment: Ticks): SpliceCue {
  const time = readTime(reader, adjustment)
  for (let left: Bytes = reader.bits(16); left > 0; ) {
    const [tag, length] = [reader.bits(8), reader.bits(8)]
    const descriptor = Uint8Array.from({ length }, () => reader.bits(8))
    left -= descriptorHeadSize + length
    const found = tag === segmentation.tag ? readSegmentation(new BitReader(descriptor, 'mpegts')) : undefined
    if (found !== undefined) return { ...found, time }
  }
  return { ...nothing, time }
}

/** `undefined` for one that leads neither out nor in. */
function readSegmentation(reader: BitReader): Omit<SpliceCue, 'time'> | undefined {
  if (reader.bits(32) !== segmentation.identifier) return undefined
  const event = reader.bits(32)
  const isCancelled = reader.flag()
  reader.skip(7)
  if (isCancelled) return undefined
  const [isProgram, hasDuration] = [reader.flag(), reader.flag()]
  reader.skip(6)
  if (!isProgram) reader.skip(8 * 6 * reader.bits(8))
  const duration = hasDuration ? reader.bits(8) * 2 ** 32 + reader.bits(32) : undefined
  reader.skip(8)
  reader.skip(8 * reader.bits(8))
  const type = reader.bits(8)
  const start = outTypes.find(out => out === type || out + 1 === type)
  if (start === undefined) return undefined
  return { kind: start === type ? 'out' : 'in', event: `segmentation-${event}-${start}`, duration }
}

/** break_duration. SCTE 35 §9.8.2. */
function readBreak(reader: BitReader): Ticks {
  reader.skip(7)
  return readClock(reader)
}

/** splice_time. SCTE 35 §9.8.1. */
function readTime(reader: BitReader, adjustment: Ticks): Ticks | undefined {
  const isTold = reader.flag()
  reader.skip(isTold ? 6 : 7)
  return isTold ? wrapClock(readClock(reader) + adjustment) : undefined
}

/** A time of 33 bits. */
function readClock(reader: BitReader): Ticks {
  return reader.bits(1) * 2 ** 32 + reader.bits(32)
}
