import type { Bytes, Milliseconds } from '../../core/units.ts'
import { malformed, readWord, writeWord } from './packet.ts'

/** Extension Type. Source: SRT draft §3.2.1, table 5. */
export const extensionTypes = {
  SRT_CMD_HSREQ: 1,
  SRT_CMD_HSRSP: 2,
  SRT_CMD_KMREQ: 3,
  SRT_CMD_KMRSP: 4,
  SRT_CMD_SID: 5,
  SRT_CMD_CONGESTION: 6,
  SRT_CMD_FILTER: 7,
  SRT_CMD_GROUP: 8,
} as const

/** One block behind the fixed part of a handshake. */
export type HandshakeExtension = {
  readonly type: number
  /** Whole words. */
  readonly content: Uint8Array
}

/**
 * Split what is behind the fixed part of a handshake. Contents are views.
 *
 *     | extension type | length in words | content … |
 *
 * @throws {ProtocolError}
 * @see SRT draft §3.2.1
 */
export function decodeExtensions(bytes: Uint8Array): readonly HandshakeExtension[] {
  const extensions: HandshakeExtension[] = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 4) throw malformed('handshake extension: its head has 4 bytes')
    const head = readWord(bytes, at)
    const end = at + 4 + (head & 0xffff) * 4
    if (end > bytes.length) throw malformed(`handshake extension: it ends at byte ${end} of ${bytes.length}`)
    extensions.push({ type: head >>> 16, content: bytes.subarray(at + 4, end) })
    at = end
  }
  return extensions
}

export function encodeExtensions(extensions: readonly HandshakeExtension[]): Uint8Array {
  const bytes = new Uint8Array(extensions.reduce((size, { content }) => size + 4 + content.length, 0))
  let at = 0
  for (const { type, content } of extensions) {
    writeWord(bytes, at, (type << 16) | (content.length / 4))
    bytes.set(content, at + 4)
    at += 4 + content.length
  }
  return bytes
}

/** The content of the first extension of that type. */
export function contentOf(extensions: readonly HandshakeExtension[], type: number): Uint8Array | undefined {
  return extensions.find(extension => extension.type === type)?.content
}

/** SRT flags. Source: SRT draft §3.2.1.1.1. */
export const srtFlags = {
  TSBPDSND: 0x01,
  TSBPDRCV: 0x02,
  CRYPT: 0x04,
  TLPKTDROP: 0x08,
  PERIODICNAK: 0x10,
  REXMITFLG: 0x20,
  STREAM: 0x40,
  PACKET_FILTER: 0x80,
} as const

/** What a peer can do, and the delays that it asks for. */
export type Capabilities = {
  /** Major, minor and patch, a byte each. */
  readonly version: number
  readonly flags: number
  /** For what the peer receives. */
  readonly receiverDelay: Milliseconds
  /** For what the peer sends. */
  readonly senderDelay: Milliseconds
}

/**
 * Decode the content of SRT_CMD_HSREQ or SRT_CMD_HSRSP.
 *
 *     | SRT version | SRT flags | receiver TSBPD delay, sender TSBPD delay |
 *
 * @throws {ProtocolError}
 * @see SRT draft §3.2.1.1
 */
export function decodeCapabilities(content: Uint8Array): Capabilities {
  if (content.length < 12) throw malformed(`handshake extension message: it must have 12 bytes, has ${content.length}`)
  const delays = readWord(content, 8)
  return {
    version: readWord(content, 0),
    flags: readWord(content, 4),
    receiverDelay: delays >>> 16,
    senderDelay: delays & 0xffff,
  }
}

export function encodeCapabilities({ version, flags, receiverDelay, senderDelay }: Capabilities): Uint8Array {
  const content = new Uint8Array(12)
  writeWord(content, 0, version)
  writeWord(content, 4, flags)
  writeWord(content, 8, (receiverDelay << 16) | senderDelay)
  return content
}

/** Longest text of an extension. Source: SRT draft §3.2.1.3. */
const maxTextSize: Bytes = 512

/**
 * Decode the content of an extension that is a text: stream id, congestion control, packet filter. The bytes of each
 * word are in reverse, and zeros fill up the last.
 *
 * @throws {ProtocolError}
 * @see SRT draft §3.2.1.3
 */
export function decodeText(content: Uint8Array): string {
  if (content.length > maxTextSize) throw malformed(`text: it may have ${maxTextSize} bytes, has ${content.length}`)
  const bytes = reverseWords(content)
  const end = bytes.indexOf(0)
  try {
    return utf8.decode(end === -1 ? bytes : bytes.subarray(0, end))
  } catch (cause) {
    throw malformed('text: it must be UTF-8', cause)
  }
}

export function encodeText(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
  padded.set(bytes)
  return reverseWords(padded)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Each word with its bytes in reverse. */
export function reverseWords(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes, (_, at) => bytes[at ^ 3] ?? 0)
}
