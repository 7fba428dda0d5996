import { decodeEac3Programs, type Eac3Program } from './access-unit.ts'
import { channelLocations } from './channel-locations.ts'

const largestDataRate = 0x1fff

/**
 * The body of the EC3SpecificBox, `dec3`, of a track that begins with `payload`. The data rate is that of this payload;
 * bsmod, which stands behind all mixing data, is told as 0: a complete main service.
 *
 *     | data_rate (13) | num_ind_sub (3) | { fscod (2) | bsid (5) | reserved (1) | asvc (1) | bsmod (3) | acmod (3) |
 *     lfeon (1) | reserved (3) | num_dep_sub (4) | reserved (1), or chan_loc (9) if there are dependent ones } … |
 *
 * @throws {ProtocolError}
 * @see ETSI TS 102 366 §F.6
 */
export function encodeEac3SpecificBox(payload: Uint8Array): Uint8Array {
  const programs = decodeEac3Programs(payload)
  const dataRate = Math.min(Math.round(programs.reduce((sum, program) => sum + kilobits(program), 0)), largestDataRate)
  const head = (dataRate << 3) | (programs.length - 1)
  return Uint8Array.of(head >> 8, head, ...programs.flatMap(encodeProgram))
}

function kilobits({ independent, dependents }: Eac3Program): number {
  const bytes = dependents.reduce((sum, frame) => sum + frame.frameSize, independent.frameSize)
  return (bytes * 8 * independent.samplingRate) / independent.samplesPerFrame / 1000
}

function encodeProgram(program: Eac3Program): number[] {
  const { fscod, bsid, acmod, lfeon } = program.independent
  const count = program.dependents.length
  const head = [(fscod << 6) | (bsid << 1), (acmod << 1) | (lfeon ? 1 : 0)]
  if (count === 0) return [...head, 0]
  const locations = channelLocations(program)
  return [...head, (count << 1) | (locations >> 8), locations & 0xff]
}
