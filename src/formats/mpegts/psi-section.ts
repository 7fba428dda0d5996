import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { crc32 } from './crc32.ts'

/** table_id of the sections that a program needs. Source: ISO/IEC 13818-1 table 2-31. */
export const tableIds = { programAssociation: 0x00, programMap: 0x02 } as const

export type PsiSection = {
  readonly tableId: number
  /** transport_stream_id of a PAT, program_number of a PMT. */
  readonly idExtension: number
  /** 5 bits; grows by one, modulo 32, when the content changes. */
  readonly version: number
  readonly body: readonly number[]
}

/** A section as it was received. */
export type ReceivedSection = Omit<PsiSection, 'body'> & {
  /** False: it announces what will be in force later. */
  readonly isCurrent: boolean
  readonly sectionNumber: number
  readonly lastSectionNumber: number
  /** A view. */
  readonly body: Uint8Array
}

/** What it takes to know how long a section is. */
export const psiSectionHeadSize: Bytes = 3
const headSize = 8
const crcSize = 4
/** section_length of a PAT or PMT has 10 bits, the highest values of which are not used. */
const longestSection = 1021
/** What is left of it behind the head and before the CRC. */
export const longestSectionBody: Bytes = longestSection - (headSize - psiSectionHeadSize) - crcSize

/**
 * A whole section: the only one of its table, and in force now.
 *
 *     | table_id (8) | section_syntax 1, 0, reserved 11 | section_length (12) | id extension (16) |
 *     | reserved 11, version_number (5), current_next 1 | section_number (8) | last_section_number (8) |
 *     | body … | CRC_32 (32) |
 *
 * @throws {RangeError} If the body is longer than a section takes.
 * @see ISO/IEC 13818-1 §2.4.4.4 (PAT), §2.4.4.9 (PMT)
 */
export function encodeSection({ tableId, idExtension, version, body }: PsiSection): Uint8Array {
  const length = headSize - psiSectionHeadSize + body.length + crcSize
  if (length > longestSection) {
    throw new RangeError(`Cannot encode PSI section: its length is at most ${longestSection}, is ${length}`)
  }
  const versionByte = 0xc1 | ((version & 0x1f) << 1)
  const head = [tableId, 0xb0 | (length >> 8), length & 0xff, idExtension >> 8, idExtension & 0xff, versionByte, 0, 0]
  const section = Uint8Array.from([...head, ...body, 0, 0, 0, 0])
  const crcAt = section.length - crcSize
  new DataView(section.buffer).setUint32(crcAt, crc32(section.subarray(0, crcAt)))
  return section
}

/** Bytes of the section that begins with these `psiSectionHeadSize` bytes. */
export function psiSectionSize(head: Uint8Array): Bytes {
  return psiSectionHeadSize + (((head[1] as number) & 0x0f) << 8) + (head[2] as number)
}

/**
 * Decode a whole section of the long form. `encodeSection` has the layout.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 13818-1 §2.4.4.11
 */
export function decodeSection(section: Uint8Array): ReceivedSection {
  if (section.length < headSize + crcSize) throw malformed(`it has at least 12 bytes, is ${section.length}`)
  if (crc32(section) !== 0) throw malformed('its CRC_32 fits')
  const [tableId = 0, flags = 0, , high = 0, low = 0, versionByte = 0, sectionNumber = 0, lastSectionNumber = 0] =
    section
  if ((flags & 0x80) === 0) throw malformed('section_syntax_indicator is 1')
  return {
    tableId,
    idExtension: (high << 8) | low,
    version: (versionByte >> 1) & 0x1f,
    isCurrent: (versionByte & 1) === 1,
    sectionNumber,
    lastSectionNumber,
    body: section.subarray(headSize, section.length - crcSize),
  }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('mpegts', 'malformed', `Cannot decode PSI section: ${rule}`)
}
