import { ProtocolError } from '../../core/errors.ts'
import type { NalCodec } from './nal-codec.ts'

const longest = 0xffff

/**
 * Parameter sets as configuration records hold them: each behind its length in two bytes.
 *
 * @param most How many the record can count.
 * @throws {ProtocolError} If there are more, or one is longer than its length can say.
 * @see ISO/IEC 14496-15 §5.3.3.1.2, §8.3.3.1.2
 */
export function encodeParameterSets(units: readonly Uint8Array[], most: number, codec: NalCodec): number[] {
  if (units.length > most) throw limit(codec, `it has at most ${most} units of a type, is ${units.length}`)
  return units.flatMap(unit => {
    if (unit.length > longest) throw limit(codec, `a unit has at most ${longest} bytes, is ${unit.length}`)
    return [unit.length >> 8, unit.length & 0xff, ...unit]
  })
}

function limit(codec: NalCodec, rule: string): ProtocolError {
  return new ProtocolError(codec, 'limit', `Cannot encode ${codec} configuration: ${rule}`)
}
