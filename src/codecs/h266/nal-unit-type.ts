/** nal_unit_type of ITU-T H.266 table 5, as far as somebody here asks for it. */
export const h266NalUnitTypes = {
  firstIrap: 7,
  lastIrap: 9,
  lastVcl: 11,
  opi: 12,
  dci: 13,
  vps: 14,
  sps: 15,
  pps: 16,
  accessUnitDelimiter: 20,
} as const

/** nal_unit_type of a unit, which has at least two bytes. ITU-T H.266 §7.3.1.2. */
export function h266NalUnitType(unit: Uint8Array): number {
  return (unit[1] as number) >> 3
}
