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

const twoZeros = Uint8Array.of(0, 0)

/**
 * The bytes of a unit with emulation prevention: a 03 stands before each byte up to 03 that follows two zeros.
 *
 * @returns The unit itself if there is nothing to put in, else a copy.
 * @see ITU-T H.264 §7.4.1, Carriage of AV1 in MPEG-2 TS §3.2
 */
export function insertEmulationPrevention(unit: Uint8Array): Uint8Array {
  const first = Buffer.from(unit.buffer, unit.byteOffset, unit.length).indexOf(twoZeros)
  if (first === -1) return unit
  const bytes = new Uint8Array(first + Math.ceil(((unit.length - first) * 3) / 2))
  bytes.set(unit.subarray(0, first))
  let length = first
  let zeros = 0
  for (let at = first; at < unit.length; at++) {
    const byte = unit[at] as number
    if (zeros === 2 && byte <= 3) {
      bytes[length++] = 3
      zeros = 0
    }
    zeros = byte === 0 ? zeros + 1 : 0
    bytes[length++] = byte
  }
  return bytes.subarray(0, length)
}
