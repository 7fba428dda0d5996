import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'

/** control_header_prefix 0x3ff in 11 bits, no trim flags, no extension. */
const headerStart = [0x7f, 0xe0] as const
const startTrimFlag = 0x10
const endTrimFlag = 0x08
const controlExtensionFlag = 0x04
const trimSize = 2

/**
 * An Opus packet behind its control header, which tells its size in as many 0xff as fit and the rest. Trimming is not
 * told: a live stream is joined in the middle.
 *
 *     | control_header_prefix 0x3ff (11) | start_trim_flag (1) | end_trim_flag (1) | control_extension_flag (1) |
 *     | reserved (2) | { au_size 0xff (8) } … | au_size (8) |
 *
 * @see Opus in MPEG-TS, V0.1.3 (opus_access_unit)
 */
export function opusAccessUnit({ payload }: Frame): readonly Uint8Array[] {
  const full = Math.floor(payload.length / 0xff)
  const header = new Uint8Array(headerStart.length + full + 1).fill(0xff)
  header.set(headerStart)
  header[header.length - 1] = payload.length % 0xff
  return [header, payload]
}

/**
 * Take apart the access unit that `bytes` begins with: where its packet starts and ends. What it says about trimming is
 * not used.
 *
 *     … | start_trim (16), if its flag is set | end_trim (16), if its flag is set |
 *     | control_extension_length (8), and as many bytes, if its flag is set | Opus packet |
 *
 * @throws {ProtocolError} Also if `bytes` end before the access unit does.
 * @see Opus in MPEG-TS, V0.1.3 (opus_control_header)
 */
export function decodeOpusAccessUnit(bytes: Uint8Array): { readonly packetAt: Bytes; readonly end: Bytes } {
  const reader = new ByteReader(bytes, 'mpegts')
  const first = reader.u8()
  const flags = reader.u8()
  if (first !== headerStart[0] || (flags & 0xe0) !== headerStart[1]) {
    throw new ProtocolError('mpegts', 'malformed', 'Cannot decode Opus access unit: it begins with the prefix 0x3ff')
  }
  let size = 0
  for (let piece = 0xff; piece === 0xff; size += piece) piece = reader.u8()
  if ((flags & startTrimFlag) !== 0) reader.bytes(trimSize)
  if ((flags & endTrimFlag) !== 0) reader.bytes(trimSize)
  if ((flags & controlExtensionFlag) !== 0) reader.bytes(reader.u8())
  const packetAt = bytes.length - reader.bytesLeft
  reader.bytes(size)
  return { packetAt, end: packetAt + size }
}
