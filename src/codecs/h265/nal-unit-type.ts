/** nal_unit_type of ITU-T H.265 table 7-1, as far as somebody here asks for it. */
export const h265NalUnitTypes = {
  firstIrap: 16,
  lastIrap: 23,
  lastVcl: 31,
  vps: 32,
  sps: 33,
  pps: 34,
  accessUnitDelimiter: 35,
} as const

/** nal_unit_type of a unit, which has at least one byte. ITU-T H.265 §7.3.1.2. */
export function h265NalUnitType(unit: Uint8Array): number {
  return ((unit[0] as number) >> 1) & 0x3f
}
