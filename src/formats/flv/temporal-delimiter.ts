/** The OBU that opens a temporal unit of AV1: type 2, with a size, which is 0. Source: AV1 §5.3.2 and §5.6. */
export const temporalDelimiter = Uint8Array.of(0x12, 0x00)

/** True if a temporal unit opens with its delimiter: FFmpeg sends it in FLV, other encoders do not. */
export function hasDelimiter(unit: Uint8Array): boolean {
  return unit[0] === temporalDelimiter[0] && unit[1] === temporalDelimiter[1]
}
