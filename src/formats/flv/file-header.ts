import { ProtocolError } from '../../core/errors.ts'

/** The 9 bytes that open an FLV file. Source: FLV 10.1 §E.2. */
export type FileHeader = {
  readonly hasAudio: boolean
  readonly hasVideo: boolean
  /** Offset of the first PreviousTagSize: 9 in version 1, more if the header grows one day. */
  readonly dataOffset: number
}

export const fileHeaderSize = 9

const signature = [0x46, 0x4c, 0x56] as const // FLV
const audioFlag = 4
const videoFlag = 1

/**
 * Decode the header at the beginning of `bytes`, or return `undefined` if `bytes` ends before the header does.
 *
 *     | 'F' 'L' 'V' | version (8) | 00000 audio 0 video (8) | DataOffset (32) |
 *
 * @throws {ProtocolError} If it is no FLV.
 * @see FLV 10.1 §E.2
 */
export function decodeFileHeader(bytes: Uint8Array): FileHeader | undefined {
  const present = Math.min(bytes.length, signature.length)
  for (let at = 0; at < present; at++) {
    if (bytes[at] !== signature[at]) throw malformed('it begins with "FLV"')
  }
  if (bytes.length < fileHeaderSize) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, fileHeaderSize)
  const flags = view.getUint8(4)
  const dataOffset = view.getUint32(5)
  if (dataOffset < fileHeaderSize) throw malformed(`its size is at least ${fileHeaderSize}, is ${dataOffset}`)
  return { hasAudio: (flags & audioFlag) !== 0, hasVideo: (flags & videoFlag) !== 0, dataOffset }
}

/** The file header, and the PreviousTagSize of 0 that stands between it and the first tag: 13 bytes. */
export function encodeFileHeader(has: Pick<FileHeader, 'hasAudio' | 'hasVideo'>): Uint8Array {
  const flags = (has.hasAudio ? audioFlag : 0) | (has.hasVideo ? videoFlag : 0)
  return Uint8Array.of(...signature, 1, flags, 0, 0, 0, fileHeaderSize, 0, 0, 0, 0)
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flv', 'malformed', `Cannot decode FLV file header: ${rule}`)
}
