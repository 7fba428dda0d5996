import { malformed, readWord, writeWord } from './packet.ts'
import { addSequence, type SequenceRange, sequenceDistance, sequenceMask } from './sequence-number.ts'

const rangeFlag = 0x8000_0000

/**
 * Decode the list of lost packets of a NAK: numbers that stand for themselves, and pairs for all between them.
 *
 *     |0|  lost packet            |
 *     |1|  first of lost packets  |  |0|  last of lost packets  |
 *
 * @throws {ProtocolError}
 * @see SRT draft §3.2.5, Appendix A
 */
export function decodeLossReport(bytes: Uint8Array): readonly SequenceRange[] {
  if (bytes.length === 0 || bytes.length % 4 !== 0) {
    throw malformed(`loss report: it must have whole words and one at least, has ${bytes.length} bytes`)
  }
  const ranges: SequenceRange[] = []
  for (let at = 0; at < bytes.length; at += 4) {
    const word = readWord(bytes, at)
    if (word < rangeFlag) ranges.push({ first: word, last: word })
    else {
      at += 4
      ranges.push(decodeRange(word & sequenceMask, at < bytes.length ? readWord(bytes, at) : rangeFlag))
    }
  }
  return ranges
}

function decodeRange(first: number, last: number): SequenceRange {
  if (last >= rangeFlag) throw malformed('loss report: a range must have an end')
  if (sequenceDistance(first, last) < 0) throw malformed(`loss report: a range must go on, is ${first} to ${last}`)
  return { first, last }
}

/** Encode as many of the ranges, the earliest first, as fit into `maxWords` words. */
export function encodeLossReport(ranges: readonly SequenceRange[], maxWords: number): Uint8Array {
  const words: number[] = []
  for (const { first, last } of ranges) {
    const isOne = first === last
    if (words.length + (isOne ? 1 : 2) > maxWords) break
    if (isOne) words.push(first)
    else words.push(first + rangeFlag, last)
  }
  const bytes = new Uint8Array(words.length * 4)
  for (const [index, word] of words.entries()) writeWord(bytes, index * 4, word)
  return bytes
}

/** How many packets the range stands for. */
export function rangeLength({ first, last }: SequenceRange): number {
  return sequenceDistance(first, addSequence(last, 1))
}
