import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { decodeVariableSize } from './variable-size-integer.ts'

/** Values of the lacing bits. Source: RFC 9559 §10.3. */
export const lacings = { none: 0, xiph: 1, fixedSize: 2, ebml: 3 } as const

/** Sizes of all frames but the last, and where the frames begin. */
type LaceHead = { readonly sizes: readonly Bytes[]; readonly end: Bytes }

/**
 * Take the frames out of a block.
 *
 *     no lacing  | frame … |
 *     Xiph       | frames - 1 (8) | size of each frame but the last: bytes of 255 and one below, summed up | frames … |
 *     fixed size | frames - 1 (8) | frames … |
 *     EBML       | frames - 1 (8) | size of the first (variable size) | differences (variable size, signed) | frames … |
 *
 * @param data Behind the flags of the block.
 * @returns At least one frame; views of `data`. A lace may have empty frames.
 * @throws {ProtocolError}
 * @see RFC 9559 §10.3
 */
export function decodeLace(lacing: number, data: Uint8Array): readonly Uint8Array[] {
  if (lacing === lacings.none) return [data]
  const [last] = data
  if (last === undefined) throw malformed('it tells how many frames it has')
  const { sizes, end } = decodeHead(lacing, data, last)
  const frames: Uint8Array[] = []
  let at = end
  for (const size of sizes) {
    frames.push(data.subarray(at, at + size))
    at += size
  }
  if (at > data.length) throw malformed(`its frames have ${data.length - end} bytes, is ${at - end}`)
  return [...frames, data.subarray(at)]
}

/** @param count Of all frames but the last. */
function decodeHead(lacing: number, data: Uint8Array, count: number): LaceHead {
  switch (lacing) {
    case lacings.xiph:
      return decodeXiphHead(data, count)
    case lacings.ebml:
      return decodeEbmlHead(data, count)
    default:
      return decodeFixedSizeHead(data, count)
  }
}

function decodeXiphHead(data: Uint8Array, count: number): LaceHead {
  const sizes: Bytes[] = []
  let at = 1
  while (sizes.length < count) {
    let size = 0
    let byte = 255
    while (byte === 255) {
      const next = data[at++]
      if (next === undefined) throw malformed('it ends inside of its sizes')
      byte = next
      size += byte
    }
    sizes.push(size)
  }
  return { sizes, end: at }
}

/** A difference of n bytes is stored with 2^(7n - 1) - 1 added, so that it is never negative. RFC 9559 §10.3.3. */
function decodeEbmlHead(data: Uint8Array, count: number): LaceHead {
  const sizes: Bytes[] = []
  let at = 1
  while (sizes.length < count) {
    const field = decodeVariableSize(data, at)
    if (field?.value === undefined) throw malformed('it ends inside of its sizes')
    at += field.length
    const before = sizes.at(-1)
    const size = before === undefined ? field.value : before + field.value - (2 ** (7 * field.length - 1) - 1)
    if (size < 0) throw malformed(`a frame has 0 bytes at least, is ${size}`)
    sizes.push(size)
  }
  return { sizes, end: at }
}

function decodeFixedSizeHead(data: Uint8Array, count: number): LaceHead {
  const size = (data.length - 1) / (count + 1)
  if (!Number.isInteger(size)) throw malformed(`${count + 1} frames of one size have ${data.length - 1} bytes`)
  return { sizes: Array.from({ length: count }, () => size), end: 1 }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('matroska', 'malformed', `Cannot read Matroska lace: ${rule}`)
}
