import type { Bytes } from '../../core/units.ts'

export const packetSize: Bytes = 188
export const packetHeaderSize: Bytes = 4
/** Bytes behind the header: adaptation field and payload. */
export const packetBodySize: Bytes = packetSize - packetHeaderSize

export const syncByte = 0x47
/** PIDs that have one meaning in every transport stream. */
export const fixedPids = { programAssociation: 0x0000, null: 0x1fff } as const

/** PIDs that a map may have, or a stream. Source: ISO/IEC 13818-1 table 2-3. */
export function isAssignablePid(pid: number): boolean {
  return pid >= 0x10 && pid !== fixedPids.null
}

/** A packet with neither is reserved. */
export type PacketContent = 'payload' | 'adaptation' | 'adaptation and payload'

export type PacketHeader = {
  readonly pid: number
  /** True if a PES packet, or a section behind a pointer_field, begins in this packet. */
  readonly payloadUnitStart: boolean
  readonly content: PacketContent
  /** 4 bits; counts the packets of a PID that have payload. */
  readonly continuityCounter: number
}

/** What a receiver has to know of a packet before it looks into it. */
export type ReceivedHeader = Omit<PacketHeader, 'content'> & {
  /** `undefined` if adaptation_field_control has the reserved value. */
  readonly content: PacketContent | undefined
  /** The network could not repair the packet: anything in it may be wrong. */
  readonly transportError: boolean
  readonly isScrambled: boolean
}

const adaptationFieldControl = { payload: 1, adaptation: 2, 'adaptation and payload': 3 } as const
const contents = [undefined, 'payload', 'adaptation', 'adaptation and payload'] as const

/**
 * Write the head of a transport packet. It never tells an error, a priority or scrambling.
 *
 *     | sync_byte 0x47 (8) | error (1) | payload_unit_start (1) | priority (1) | PID (13) |
 *     | scrambling_control (2) | adaptation_field_control (2) | continuity_counter (4) |
 *
 * @see ISO/IEC 13818-1 §2.4.3.2
 */
export function writePacketHeader(into: Uint8Array, at: number, header: PacketHeader): void {
  const { pid, payloadUnitStart, content, continuityCounter } = header
  into[at] = syncByte
  into[at + 1] = (payloadUnitStart ? 0x40 : 0) | (pid >> 8)
  into[at + 2] = pid
  into[at + 3] = (adaptationFieldControl[content] << 4) | (continuityCounter & 0xf)
}

/**
 * Decode the head of the transport packet at `at`, all of which is there. `writePacketHeader` has the layout.
 *
 * @see ISO/IEC 13818-1 §2.4.3.2
 */
export function decodePacketHeader(bytes: Uint8Array, at: number): ReceivedHeader {
  const second = bytes[at + 1] as number
  const fourth = bytes[at + 3] as number
  return {
    pid: ((second & 0x1f) << 8) | (bytes[at + 2] as number),
    payloadUnitStart: (second & 0x40) !== 0,
    transportError: (second & 0x80) !== 0,
    isScrambled: (fourth & 0xc0) !== 0,
    content: contents[(fourth >> 4) & 3],
    continuityCounter: fourth & 0xf,
  }
}
