/**
 * The bytes of a NAL unit without emulation prevention: in `00 00 03` the 03 is not data. The NAL unit header stays.
 *
 * @returns The unit itself if there was nothing to take out, else a copy.
 * @see ITU-T H.264 §7.3.1, ITU-T H.265 §7.3.1.1
 */
export function removeEmulationPrevention(unit: Uint8Array): Uint8Array {
  if (!hasEmulationPrevention(unit)) return unit
  const bytes = new Uint8Array(unit.length)
  let length = 0
  let zeros = 0
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    bytes[length++] = byte
  }
  return bytes.subarray(0, length)
}

function hasEmulationPrevention(unit: Uint8Array): boolean {
  for (let at = unit.indexOf(3, 2); at !== -1; at = unit.indexOf(3, at + 1)) {
    if (unit[at - 1] === 0 && unit[at - 2] === 0) return true
  }
  return false
}
