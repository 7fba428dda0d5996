import { type Acknowledgement, decodeAcknowledgement, encodeAcknowledgement } from './acknowledgement.ts'
import { decodeLossReport, encodeLossReport } from './loss-report.ts'
import { headerSize, largestPayload, malformed, readWord, writeWord } from './packet.ts'
import { type SequenceRange, sequenceMask } from './sequence-number.ts'

/** What the peers of a connection tell each other beside the payload. */
export type ControlPacket =
  | { readonly type: 'keepalive' | 'shutdown' }
  | { readonly type: 'ack'; readonly acknowledgement: Acknowledgement }
  | { readonly type: 'ackack'; readonly number: number }
  | { readonly type: 'nak'; readonly losses: readonly SequenceRange[] }
  /** The sender has the packets no more; `message` is 0 if it does not know which message they were. */
  | { readonly type: 'drop-request'; readonly message: number; readonly range: SequenceRange }
  | { readonly type: 'key-request' | 'key-response'; readonly keyMaterial: Uint8Array }
  /** Another handshake packet, as it is. */
  | { readonly type: 'handshake'; readonly body: Uint8Array }
  /** Packets that say nothing to us: reserved ones, those of file transfer, user-defined ones of another subtype. */
  | { readonly type: 'other' }

/** Control Type. Source: SRT draft §3.2, table 1. */
const controlTypes = {
  handshake: 0x0000,
  keepalive: 0x0001,
  ack: 0x0002,
  nak: 0x0003,
  congestionWarning: 0x0004,
  shutdown: 0x0005,
  ackack: 0x0006,
  dropRequest: 0x0007,
  peerError: 0x0008,
} as const
const userDefined = 0x7fff

/** Subtypes of user-defined packets. Source: SRT draft §3.2.2. */
const SRT_CMD_KMREQ = 3
const SRT_CMD_KMRSP = 4

/**
 * Decode a control packet. What it holds as bytes are views.
 *
 *     +-+-----------------------------+-------------------------------+
 *     |1|        control type         |            subtype            |
 *     +-+-----------------------------+-------------------------------+
 *     |                   type-specific information                   |
 *     +---------------------------------------------------------------+
 *     |              timestamp, then destination socket id            |
 *     +---------------------------------------------------------------+
 *     |               control information field (CIF)                 |
 *
 * @param packet Of a size that `checkPacketSize` lets through, and no data packet.
 * @throws {ProtocolError}
 * @see SRT draft §3.2
 */
export function decodeControlPacket(packet: Uint8Array): ControlPacket {
  const type = (readWord(packet, 0) >>> 16) & 0x7fff
  const information = readWord(packet, 4)
  const field = packet.subarray(headerSize)
  switch (type) {
    case controlTypes.handshake:
      return { type: 'handshake', body: field }
    case controlTypes.keepalive:
      return { type: 'keepalive' }
    case controlTypes.ack:
      return { type: 'ack', acknowledgement: decodeAcknowledgement(information, field) }
    case controlTypes.nak:
      return { type: 'nak', losses: decodeLossReport(field) }
    case controlTypes.shutdown:
      return { type: 'shutdown' }
    case controlTypes.ackack:
      return { type: 'ackack', number: information }
    case controlTypes.dropRequest:
      return { type: 'drop-request', message: information, range: decodeDropRange(field) }
    case controlTypes.congestionWarning:
    case controlTypes.peerError:
      return { type: 'other' }
    case userDefined:
      return decodeUserDefined(readWord(packet, 0) & 0xffff, field)
    default:
      throw malformed(`control packet: its type must be known, is ${type}`)
  }
}

function decodeUserDefined(subtype: number, field: Uint8Array): ControlPacket {
  if (subtype === SRT_CMD_KMREQ) return { type: 'key-request', keyMaterial: field }
  if (subtype === SRT_CMD_KMRSP) return { type: 'key-response', keyMaterial: field }
  return { type: 'other' }
}

/** Source: SRT draft §3.2.9. */
function decodeDropRange(field: Uint8Array): SequenceRange {
  if (field.length < 8) throw malformed(`drop request: it must have 8 bytes, has ${field.length}`)
  return { first: readWord(field, 0) & sequenceMask, last: readWord(field, 4) & sequenceMask }
}

/** What can be sent on a connection. */
export type OutgoingControl = Exclude<ControlPacket, { type: 'other' }>

/** Encode a control packet. Of a loss report it takes what fits. */
export function encodeControlPacket(packet: OutgoingControl, timestamp: number, destination: number): Uint8Array {
  switch (packet.type) {
    case 'handshake':
      return encode(controlTypes.handshake, 0, packet.body)
    case 'ack': {
      const { acknowledgement } = packet
      return encode(controlTypes.ack, acknowledgement.number, encodeAcknowledgement(acknowledgement))
    }
    case 'nak':
      return encode(controlTypes.nak, 0, encodeLossReport(packet.losses, largestPayload / 4))
    case 'ackack':
      return encode(controlTypes.ackack, packet.number, zeroField)
    case 'drop-request':
      return encode(controlTypes.dropRequest, packet.message, encodeDropRange(packet.range))
    case 'keepalive':
    case 'shutdown':
      return encode(controlTypes[packet.type], 0, zeroField)
    case 'key-request':
      return encode(userDefined, 0, packet.keyMaterial, SRT_CMD_KMREQ)
    case 'key-response':
      return encode(userDefined, 0, packet.keyMaterial, SRT_CMD_KMRSP)
  }

  function encode(type: number, information: number, field: Uint8Array, subtype = 0): Uint8Array {
    const bytes = new Uint8Array(headerSize + field.length)
    writeWord(bytes, 0, ((0x8000 | type) << 16) | subtype)
    writeWord(bytes, 4, information)
    writeWord(bytes, 8, timestamp)
    writeWord(bytes, 12, destination)
    bytes.set(field, headerSize)
    return bytes
  }
}

/** libsrt 1.5 sends one word of zero where a packet has no field of its own, and takes packets without as well. */
const zeroField = new Uint8Array(4)

function encodeDropRange({ first, last }: SequenceRange): Uint8Array {
  const field = new Uint8Array(8)
  writeWord(field, 0, first)
  writeWord(field, 4, last)
  return field
}
