import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Microseconds } from '../../core/units.ts'

/** Every packet begins with so much. Source: SRT draft §3. */
export const headerSize: Bytes = 16

/** What fits into a UDP packet on Ethernet: 1500 less the headers of IPv4 and UDP. Source: SRT draft §3.2.1 (MTU). */
export const largestPacket: Bytes = 1472

/** What fits into a packet behind its header. */
export const largestPayload: Bytes = largestPacket - headerSize

/**
 * Throw unless `packet` can be one.
 *
 *     +-+-------------------------------+
 *     |F| by the packet type            |   F: 0 data, 1 control
 *     +-+-------------------------------+
 *     |   by the packet type            |
 *     +---------------------------------+
 *     |   timestamp, µs                 |
 *     +---------------------------------+
 *     |   destination socket id         |
 *     +---------------------------------+
 *
 * @throws {ProtocolError}
 * @see SRT draft §3
 */
export function checkPacketSize(packet: Uint8Array): void {
  const { length } = packet
  if (length < headerSize || length > largestPacket) {
    throw malformed(`packet: it must have ${headerSize} to ${largestPacket} bytes, has ${length}`)
  }
}

export function isControlPacket(packet: Uint8Array): boolean {
  return ((packet[0] ?? 0) & 0x80) !== 0
}

/** Microseconds modulo 2^32 on the sender's clock. */
export function timestampOf(packet: Uint8Array): number {
  return readWord(packet, 8)
}

/** The timestamp of what is sent at `now` by whose clock began at `startedAt`. */
export function timestampAt(now: Microseconds, startedAt: Microseconds): number {
  return (now - startedAt) % 2 ** 32
}

/** Socket id of the receiver; 0 asks for a connection. */
export function destinationOf(packet: Uint8Array): number {
  return readWord(packet, 12)
}

/** Four bytes as an unsigned number. The caller has checked that they are there. */
export function readWord(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16)
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
}

export function writeWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** @param rest What cannot be read, and the rule that it breaks. */
export function malformed(rest: string, cause?: unknown): ProtocolError {
  return new ProtocolError('srt', 'malformed', `Cannot read SRT ${rest}`, cause === undefined ? undefined : { cause })
}
