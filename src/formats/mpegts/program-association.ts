import { encodeSection, tableIds } from './psi-section.ts'
import { isAssignablePid } from './transport-packet.ts'

/** A program, and the PID of its map. */
export type AssociatedProgram = { readonly programNumber: number; readonly mapPid: number }

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

const entrySize = 4
/** In the place of a program_number: the PID is that of the network information. */
const networkInformation = 0

/**
 * The programs of a program association section. `encodeProgramAssociation` has the layout; a rest that is no whole entry
 * is left out, and so are maps on PIDs that no map can have.
 *
 * @param body Of the section.
 * @see ISO/IEC 13818-1 §2.4.4.4
 */
export function decodeProgramAssociation(body: Uint8Array): readonly AssociatedProgram[] {
  const programs: AssociatedProgram[] = []
  for (let at = 0; at + entrySize <= body.length; at += entrySize) {
    const [high = 0, low = 0, pidHigh = 0, pidLow = 0] = body.subarray(at, at + entrySize)
    const number = (high << 8) | low
    const mapPid = ((pidHigh & 0x1f) << 8) | pidLow
    if (number !== networkInformation && isAssignablePid(mapPid)) programs.push({ programNumber: number, mapPid })
  }
  return programs
}
