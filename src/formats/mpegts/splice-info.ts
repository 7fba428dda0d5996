import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import { wrapClock } from './clock.ts'
import { crc32 } from './crc32.ts'

const tableId = 0xfc
/** Of the byte that ends with the highest bit of pts_adjustment. */
const adjustmentAt: Bytes = 4
const shortestSection: Bytes = 20
const crcSize: Bytes = 4

/**
 * A cue to splice for a stream whose times are `ticks` later. The moments in it stay as they are, for they may be encrypted:
 * pts_adjustment is what a receiver adds to them.
 *
 *     | table_id 0xfc (8) | … section_length (16) | protocol_version (8) | encrypted_packet (1) | encryption_algorithm (6) |
 *     | pts_adjustment (33) | … | CRC_32 (32) |
 *
 * @param section A whole splice_info_section.
 * @throws {ProtocolError}
 * @see SCTE 35 §9.6 (splice_info_section)
 */
export function moveCue(section: Uint8Array, ticks: Ticks): Uint8Array {
  if (section.length < shortestSection)
    throw malformed(`it has at least ${shortestSection} bytes, is ${section.length}`)
  if (section[0] !== tableId) throw malformed(`table_id is 0xfc, is ${section[0]}`)
  if (crc32(section) !== 0) throw malformed('its CRC_32 fits')
  const cue = section.slice()
  const view = new DataView(cue.buffer)
  const flags = view.getUint8(adjustmentAt)
  const moved = wrapClock((flags & 1) * 2 ** 32 + view.getUint32(adjustmentAt + 1) + ticks)
  view.setUint8(adjustmentAt, (flags & 0xfe) | (moved >= 2 ** 32 ? 1 : 0))
  view.setUint32(adjustmentAt + 1, moved % 2 ** 32)
  view.setUint32(cue.length - crcSize, crc32(cue.subarray(0, cue.length - crcSize)))
  return cue
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('mpegts', 'malformed', `Cannot decode splice_info_section: ${rule}`)
}
