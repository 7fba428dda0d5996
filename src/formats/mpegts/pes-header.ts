import { ProtocolError } from '../../core/errors.ts'
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

/** A PES packet as it was received. */
export type ReceivedPes = {
  /** Ticks of 90 kHz modulo 2^33; `undefined` if it is not told. */
  readonly pts: Ticks | undefined
  readonly dts: Ticks | undefined
  /** Bytes of the elementary stream: a view. */
  readonly payload: Uint8Array
}

/** What it takes to know how long a PES packet is: start code, stream_id and length. */
export const pesStartSize: Bytes = 6
const flagsSize: Bytes = 3
const timestampSize: Bytes = 5
/** Bytes that a PES header has at most. */
export const pesHeaderCapacity: Bytes = pesStartSize + flagsSize + 2 * timestampSize

/** Bytes of the header: a DTS is only told where it is not the PTS. */
export function pesHeaderSize({ pts, dts }: Pick<PesHeader, 'pts' | 'dts'>): Bytes {
  return pesStartSize + flagsSize + (pts === dts ? 1 : 2) * timestampSize
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
  const length = size - pesStartSize + payloadSize
  const told = length > 0xffff ? 0 : length
  into[at] = 0
  into[at + 1] = 0
  into[at + 2] = 1
  into[at + 3] = streamId
  into[at + 4] = told >> 8
  into[at + 5] = told
  into[at + 6] = 0x84
  into[at + 7] = pts === dts ? 0x80 : 0xc0
  into[at + 8] = size - pesStartSize - flagsSize
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

/** Bytes of the PES packet that begins with these `pesStartSize` bytes; `undefined` if it ends where the next begins. */
export function pesPacketSize(start: Uint8Array): Bytes | undefined {
  const length = ((start[4] as number) << 8) | (start[5] as number)
  return length === 0 ? undefined : pesStartSize + length
}

/**
 * Decode a whole PES packet. `writePesHeader` has the layout.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 13818-1 §2.4.3.6, §2.4.3.7
 */
export function decodePes(packet: Uint8Array): ReceivedPes {
  const headSize = pesStartSize + flagsSize
  if (packet.length < headSize) throw malformed(`it has at least ${headSize} bytes, is ${packet.length}`)
  if (packet[0] !== 0 || packet[1] !== 0 || packet[2] !== 1) throw malformed('it begins with 000001')
  if (((packet[6] as number) & 0xc0) !== 0x80) throw malformed('its flags begin with 10')
  const flags = (packet[7] as number) >> 6
  const headerDataLength = packet[8] as number
  const timesSize = flags === 3 ? 2 * timestampSize : flags === 2 ? timestampSize : 0
  if (headerDataLength < timesSize) throw malformed(`its header holds its times, is ${headerDataLength}`)
  const payloadAt = headSize + headerDataLength
  if (packet.length < payloadAt) throw malformed(`its header is whole, ${payloadAt - packet.length} bytes are missing`)
  return {
    pts: flags >= 2 ? decodeTimestamp(packet, headSize) : undefined,
    dts: flags === 3 ? decodeTimestamp(packet, headSize + timestampSize) : undefined,
    payload: packet.subarray(payloadAt),
  }
}

/** Marker bits and prefix are not looked at: encoders exist that write others. */
function decodeTimestamp(bytes: Uint8Array, at: number): Ticks {
  const high = ((bytes[at] as number) >> 1) & 7
  const middle = ((bytes[at + 1] as number) << 7) | ((bytes[at + 2] as number) >> 1)
  const low = ((bytes[at + 3] as number) << 7) | ((bytes[at + 4] as number) >> 1)
  return high * 2 ** 30 + middle * 2 ** 15 + low
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('mpegts', 'malformed', `Cannot decode PES packet: ${rule}`)
}
