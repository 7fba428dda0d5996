import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { decodeLeb128, encodeLeb128 } from './leb128.ts'

/** obu_type of AV1 §6.2.2, as far as somebody here asks for it. */
export const obuTypes = { sequenceHeader: 1, temporalDelimiter: 2, frameHeader: 3, frame: 6 } as const

/** One open bitstream unit. */
export type Obu = {
  readonly type: number
  /** All of it, header included. */
  readonly bytes: Uint8Array
  /** What stands behind header and size. */
  readonly payload: Uint8Array
}

/** Of one temporal unit: tile groups of all frames and layers are far fewer. */
const mostObus = 4096

const forbiddenBit = 0x80
const extensionFlag = 0x04
const hasSizeField = 0x02

/**
 * Take OBUs in low-overhead format apart. Only the last may lack its size: it then fills what is left.
 *
 *     | 0 (1) | obu_type (4) | extension_flag (1) | has_size_field (1) | reserved (1) |
 *     | temporal_id (3) spatial_id (2) reserved (3), if extension_flag | obu_size (leb128), if has_size_field | payload |
 *
 * @returns Views of `bytes`.
 * @throws {ProtocolError}
 * @see AV1 §5.3.1, AV1-ISOBMFF §2.4
 */
export function decodeObus(bytes: Uint8Array): Obu[] {
  const reader = new ByteReader(bytes, 'av1')
  const obus: Obu[] = []
  while (reader.bytesLeft > 0) {
    if (obus.length === mostObus) {
      throw new ProtocolError('av1', 'limit', `Cannot decode AV1 OBUs: there are at most ${mostObus} of them`)
    }
    const start = bytes.length - reader.bytesLeft
    const header = reader.u8()
    if ((header & forbiddenBit) !== 0) {
      throw new ProtocolError('av1', 'malformed', `Cannot decode AV1 OBU: obu_forbidden_bit is 0, is 1`)
    }
    if ((header & extensionFlag) !== 0) reader.u8()
    const size = (header & hasSizeField) === 0 ? reader.bytesLeft : decodeLeb128(reader)
    const payload = reader.bytes(size)
    obus.push({ type: (header >> 3) & 0xf, bytes: bytes.subarray(start, bytes.length - reader.bytesLeft), payload })
  }
  return obus
}

/** An OBU of the base layer, with its size. */
export function encodeObu(type: number, payload: Uint8Array): Uint8Array {
  return joinObu([(type << 3) | hasSizeField, ...encodeLeb128(payload.length)], payload)
}

function joinObu(head: readonly number[], payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + payload.length)
  bytes.set(head)
  bytes.set(payload, head.length)
  return bytes
}

/** The whole of an OBU, with its size even if it came without. */
export function obuWithSize({ bytes, payload }: Pick<Obu, 'bytes' | 'payload'>): Uint8Array {
  const [header = 0, extension = 0] = bytes
  if ((header & hasSizeField) !== 0) return bytes
  const head = [header | hasSizeField, ...((header & extensionFlag) === 0 ? [] : [extension])]
  return joinObu([...head, ...encodeLeb128(payload.length)], payload)
}
