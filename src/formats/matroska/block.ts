import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import { decodeElements, findElement } from './decode-element.ts'
import { elementIds } from './element-ids.ts'
import { decodeLace } from './lace.ts'
import { decodeVariableSize } from './variable-size-integer.ts'

/** The frames of a SimpleBlock, or of a BlockGroup. */
export type Block = {
  readonly trackNumber: number
  /** Of the first frame, seen from the Cluster's timestamp. */
  readonly relativeTimestamp: Ticks
  readonly isKey: boolean
  /** At least one; views of the element. */
  readonly frames: readonly Uint8Array[]
}

const keyframeFlag = 0x80
const lacingBits = 0x06

/**
 * Decode the data of a SimpleBlock: see `encodeSimpleBlock`.
 *
 * @throws {ProtocolError}
 * @see RFC 9559 §10.2
 */
export function decodeSimpleBlock(data: Uint8Array): Block {
  return decodeBlock(data, flags => (flags & keyframeFlag) !== 0)
}

/**
 * Decode the data of a BlockGroup. A Block in a group has no flag for key frames: it is one if it refers to no other.
 *
 * @throws {ProtocolError}
 * @see RFC 9559 §5.1.3.5, §10.1
 */
export function decodeBlockGroup(data: Uint8Array): Block {
  const elements = decodeElements(data)
  const blockData = findElement(elements, elementIds.Block)
  if (blockData === undefined) throw malformed('a BlockGroup has a Block')
  const isKey = findElement(elements, elementIds.ReferenceBlock) === undefined
  return decodeBlock(blockData, () => isKey)
}

/**
 *     | track number (variable size) | timestamp (16, signed) | flags (8) | lace of frames … |
 *     flags: | key (1) 000 invisible (1) lacing (2) discardable (1) |
 */
function decodeBlock(data: Uint8Array, isKey: (flags: number) => boolean): Block {
  const number = decodeVariableSize(data)
  const at = number?.length ?? 0
  const [high, low, flags] = data.subarray(at, at + 3)
  if (number?.value === undefined || high === undefined || low === undefined || flags === undefined) {
    throw malformed(`its header has at least 4 bytes, is ${data.length}`)
  }
  return {
    trackNumber: number.value,
    relativeTimestamp: ((high << 24) >> 16) | low,
    isKey: isKey(flags),
    frames: decodeLace((flags & lacingBits) >> 1, data.subarray(at + 3)),
  }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('matroska', 'malformed', `Cannot read Matroska block: ${rule}`)
}
