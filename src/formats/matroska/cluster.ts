import type { Bytes, Milliseconds } from '../../core/units.ts'
import { encodeId, encodeUnsigned } from './element.ts'
import { unknownSize, variableSizeLength, writeVariableSize } from './variable-size-integer.ts'

/** From the start of a Cluster to its size, which is patched when the next one begins. */
export const clusterSizeOffset: Bytes = 4
/** ID and size. */
export const clusterHeadSize: Bytes = clusterSizeOffset + unknownSize.length

/** The beginning of a Cluster of unknown size. Its blocks follow. Source: RFC 9559 §5.1.3. */
export function encodeClusterStart(timestamp: Milliseconds): Uint8Array {
  return Buffer.concat([encodeId('Cluster'), unknownSize, encodeUnsigned('Timestamp', timestamp)])
}

/** How far a block's timestamp may be from its Cluster's: 16 bits, signed. */
export const blockReach: Milliseconds = 0x7fff

export type BlockHeader = {
  readonly trackNumber: number
  /** Presentation time, seen from the Cluster's timestamp. */
  readonly relativeTimestamp: Milliseconds
  readonly isKey: boolean
}

const simpleBlockId = 0xa3
const keyframeFlag = 0x80

/**
 * A SimpleBlock with one frame.
 *
 *     | ID 0xa3 (8) | size | track number (variable size) | timestamp (16, signed) |
 *     | key (1) 000 invisible (1) lacing (2) discardable (1) | frame … |
 *
 * @see RFC 9559 §5.1.3.4, §10.2
 */
export function encodeSimpleBlock(header: BlockHeader, frame: Uint8Array): Uint8Array {
  const numberLength = variableSizeLength(header.trackNumber)
  const dataSize = numberLength + 3 + frame.length
  const sizeLength = variableSizeLength(dataSize)
  const block = Buffer.allocUnsafe(1 + sizeLength + dataSize)
  block[0] = simpleBlockId
  writeVariableSize(block, 1, dataSize, sizeLength)
  const at = 1 + sizeLength
  writeVariableSize(block, at, header.trackNumber, numberLength)
  block.writeInt16BE(header.relativeTimestamp, at + numberLength)
  block[at + numberLength + 2] = header.isKey ? keyframeFlag : 0
  block.set(frame, at + numberLength + 3)
  return block
}
