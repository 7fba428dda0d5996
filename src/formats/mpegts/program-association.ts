import { encodeSection, tableIds } from './psi-section.ts'

/** There is one program; its numbers are those that most encoders use. */
const transportStreamId = 1
export const programNumber = 1
export const programMapPid = 0x1000

/**
 * The program association section: the one program, and where its map is.
 *
 *     | program_number (16) | reserved 111 | program_map_PID (13) |
 *
 * @see ISO/IEC 13818-1 §2.4.4.4
 */
export function encodeProgramAssociation(): Uint8Array {
  const body = [programNumber >> 8, programNumber & 0xff, 0xe0 | (programMapPid >> 8), programMapPid & 0xff]
  return encodeSection({ tableId: tableIds.programAssociation, idExtension: transportStreamId, version: 0, body })
}
