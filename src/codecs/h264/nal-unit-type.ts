/** nal_unit_type of ITU-T H.264 table 7-1, as far as somebody here asks for it. */
export const h264NalUnitTypes = { slice: 1, idrSlice: 5, sei: 6, sps: 7, pps: 8, accessUnitDelimiter: 9 } as const

/** nal_unit_type of a unit, which has at least one byte. ITU-T H.264 §7.3.1. */
export function h264NalUnitType(unit: Uint8Array): number {
  return (unit[0] as number) & 0x1f
}
