import { parseIpAddress } from '../../core/ip-address.ts'
import type { Bytes } from '../../core/units.ts'
import { decodeExtensions, encodeExtensions, type HandshakeExtension, reverseWords } from './handshake-extension.ts'
import { headerSize, largestPayload, malformed, readWord, writeWord } from './packet.ts'

/** HS Version: 4 is that of UDT, with which every caller begins; 5 is the first of SRT. Source: SRT draft §3.2.1. */
export const handshakeVersions = { udt: 4, srt: 5 } as const

/** Handshake Type. Source: SRT draft §3.2.1, table 4. A value of 1000 and more is a reason for a refusal. */
export const handshakeTypes = {
  WAVEAHAND: 0x0000_0000,
  INDUCTION: 0x0000_0001,
  AGREEMENT: 0xffff_fffe,
  CONCLUSION: 0xffff_ffff,
} as const

/** What the Extension Field says in a conclusion. Source: SRT draft §3.2.1, table 3. */
export const extensionFlags = { HSREQ: 1, KMREQ: 2, CONFIG: 4 } as const

/** The Extension Field of an induction, as UDT has it: datagrams. Source: SRT draft §4.3.1.1. */
export const inductionExtensionField = 2

/** The Extension Field of the answer to an induction. Source: SRT draft §4.3.1.1. */
export const srtMagic = 0x4a17

/** What the MTU includes beside the payload: headers of IPv4, UDP and SRT. Source: SRT draft §3.2.1. */
const headers: Bytes = 20 + 8 + headerSize

/** The smallest MTU that we can do with: headers, and one packet of a transport stream. */
export const smallestMtu: Bytes = headers + 188

/** The largest payload that a peer with this MTU takes. */
export function payloadRoom(mtu: Bytes): Bytes {
  return Math.min(mtu - headers, largestPayload)
}

/** The content of a handshake packet. */
export type Handshake = {
  readonly version: number
  /** Key length in 8 bytes that is advertised; 0 for none. */
  readonly encryptionField: number
  readonly extensionField: number
  readonly initialSequence: number
  /** Maximum transmission unit, headers of IP and UDP included. */
  readonly mtu: Bytes
  /** Packets that may be on their way. */
  readonly flowWindow: number
  readonly type: number
  /** Of the sender. */
  readonly socketId: number
  readonly cookie: number
  /** 16 bytes, as they are on the wire. */
  readonly peerAddress: Uint8Array
  readonly extensions: readonly HandshakeExtension[]
}

const fixedSize: Bytes = 48

/**
 * Decode the control information field of a handshake. What it holds as bytes are views.
 *
 *      0 version              4 encryption field | extension field
 *      8 initial sequence    12 maximum transmission unit
 *     16 flow window         20 handshake type
 *     24 socket id           28 SYN cookie
 *     32 peer IP address     48 extensions
 *
 * @throws {ProtocolError}
 * @see SRT draft §3.2.1
 */
export function decodeHandshake(field: Uint8Array): Handshake {
  if (field.length < fixedSize) throw malformed(`handshake: it must have ${fixedSize} bytes, has ${field.length}`)
  const initialSequence = readWord(field, 8)
  if (initialSequence >= 2 ** 31) throw malformed('handshake: its initial sequence number must have 31 bits')
  return {
    version: readWord(field, 0),
    encryptionField: readWord(field, 4) >>> 16,
    extensionField: readWord(field, 4) & 0xffff,
    initialSequence,
    mtu: readWord(field, 12),
    flowWindow: readWord(field, 16),
    type: readWord(field, 20),
    socketId: readWord(field, 24),
    cookie: readWord(field, 28),
    peerAddress: field.subarray(32, fixedSize),
    extensions: decodeExtensions(field.subarray(fixedSize)),
  }
}

export function encodeHandshake(handshake: Handshake): Uint8Array {
  const extensions = encodeExtensions(handshake.extensions)
  const field = new Uint8Array(fixedSize + extensions.length)
  writeWord(field, 0, handshake.version)
  writeWord(field, 4, (handshake.encryptionField << 16) | handshake.extensionField)
  writeWord(field, 8, handshake.initialSequence)
  writeWord(field, 12, handshake.mtu)
  writeWord(field, 16, handshake.flowWindow)
  writeWord(field, 20, handshake.type)
  writeWord(field, 24, handshake.socketId)
  writeWord(field, 28, handshake.cookie)
  field.set(handshake.peerAddress, 32)
  field.set(extensions, fixedSize)
  return field
}

/**
 * An IP address as libsrt writes it into handshakes: each word with its bytes in reverse, zeros behind IPv4.
 *
 * @see SRT draft §3.2.1 (Peer IP Address)
 */
export function encodePeerAddress(address: string): Uint8Array {
  const field = new Uint8Array(16)
  field.set(parseIpAddress(address) ?? [])
  return reverseWords(field)
}
