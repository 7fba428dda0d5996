import type { Bytes, Ticks } from '../../core/units.ts'
import { wrapClock } from './clock.ts'

/** stream_id for what PSI, not the id itself, tells the codec of. Source: ISO/IEC 13818-1 table 2-22. */
export const streamIds = { privateStream1: 0xbd, audio: 0xc0, video: 0xe0 } as const

export type PesHeader = {
  readonly streamId: number
  /** Ticks of 90 kHz, in any turn of the 33 bits. */
  readonly pts: Ticks
  readonly dts: Ticks
  /** Of the elementary stream's bytes in this PES packet. */
  readonly payloadSize: Bytes
}

const startCodeAndLengthSize: Bytes = 6
const flagsSize: Bytes = 3
const timestampSize: Bytes = 5
/** Bytes that a PES header has at most. */
export const pesHeaderCapacity: Bytes = startCodeAndLengthSize + flagsSize + 2 * timestampSize

/** Bytes of the header: a DTS is only told where it is not the PTS. */
export function pesHeaderSize({ pts, dts }: Pick<PesHeader, 'pts' | 'dts'>): Bytes {
  return startCodeAndLengthSize + flagsSize + (pts === dts ? 1 : 2) * timestampSize
}

/**
 * Write the head of a PES packet that begins with an access unit. The length is told wherever it fits, so that a reader
 * need not wait for the next PES packet; 0, for "until the next one", is for video only.
 *
 *     | packet_start_code_prefix 000001 (24) | stream_id (8) | PES_packet_length (16) |
 *     | 10 scrambling (2) priority (1) data_alignment (1) copyright (1) original (1) |
 *     | PTS_DTS_flags (2) six other flags (6) | PES_header_data_length (8) | PTS (40) | DTS (40) |
 *
 * @see ISO/IEC 13818-1 §2.4.3.6
 */
export function writePesHeader(into: Uint8Array, at: number, header: PesHeader): void {
  const { streamId, pts, dts, payloadSize } = header
  const size = pesHeaderSize(header)
  const length = size - startCodeAndLengthSize + payloadSize
  const told = length > 0xffff ? 0 : length
  into[at] = 0
  into[at + 1] = 0
  into[at + 2] = 1
  into[at + 3] = streamId
  into[at + 4] = told >> 8
  into[at + 5] = told
  into[at + 6] = 0x84
  into[at + 7] = pts === dts ? 0x80 : 0xc0
  into[at + 8] = size - startCodeAndLengthSize - flagsSize
  writeTimestamp(into, at + 9, pts === dts ? 0b0010 : 0b0011, pts)
  if (pts !== dts) writeTimestamp(into, at + 9 + timestampSize, 0b0001, dts)
}

/**
 *     | prefix (4) | time[32..30] (3) | 1 | time[29..15] (15) | 1 | time[14..0] (15) | 1 |
 *
 * @see ISO/IEC 13818-1 §2.4.3.7
 */
function writeTimestamp(into: Uint8Array, at: number, prefix: number, time: Ticks): void {
  const ticks = wrapClock(time)
  const high = Math.floor(ticks / 2 ** 30)
  const middle = Math.floor(ticks / 2 ** 15) & 0x7fff
  const low = ticks & 0x7fff
  into[at] = (prefix << 4) | (high << 1) | 1
  into[at + 1] = middle >> 7
  into[at + 2] = ((middle & 0x7f) << 1) | 1
  into[at + 3] = low >> 7
  into[at + 4] = ((low & 0x7f) << 1) | 1
}
