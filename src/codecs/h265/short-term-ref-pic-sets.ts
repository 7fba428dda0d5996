import type { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

/** Distances of a set's pictures in output order: the earlier ones from near to far, then the later ones. */
type DeltaPocs = readonly number[]

const mostSets = 64
const mostPictures = 16

/**
 * Skip the short-term reference picture sets of an SPS. A set may be told as a change of the one before, so skipping
 * needs their pictures.
 *
 * @throws {ProtocolError}
 * @see ITU-T H.265 §7.3.7 and §7.4.8
 */
export function skipShortTermRefPicSets(reader: BitReader): void {
  const count = reader.unsignedExpGolomb()
  if (count > mostSets) throw malformed(`num_short_term_ref_pic_sets is at most ${mostSets}, is ${count}`)
  let previous: DeltaPocs | undefined
  for (let index = 0; index < count; index++) {
    previous = previous !== undefined && reader.flag() ? decodePredicted(reader, previous) : decodeExplicit(reader)
  }
}

function decodeExplicit(reader: BitReader): DeltaPocs {
  const negative = reader.unsignedExpGolomb()
  const positive = reader.unsignedExpGolomb()
  if (negative + positive > mostPictures) throw malformed(`a set has at most ${mostPictures} pictures`)
  return [...decodeDistances(reader, negative, -1), ...decodeDistances(reader, positive, 1)]
}

function decodeDistances(reader: BitReader, count: number, sign: 1 | -1): number[] {
  let deltaPoc = 0
  return Array.from({ length: count }, () => {
    deltaPoc += sign * (reader.unsignedExpGolomb() + 1)
    reader.skip(1) // used_by_curr_pic_flag
    return deltaPoc
  })
}

function decodePredicted(reader: BitReader, previous: DeltaPocs): DeltaPocs {
  const sign = reader.flag() ? -1 : 1
  const deltaRps = sign * (reader.unsignedExpGolomb() + 1)
  const kept: number[] = []
  for (const base of [...previous, 0]) {
    const usedByCurrPic = reader.flag()
    const useDelta = usedByCurrPic || reader.flag()
    if (useDelta && base + deltaRps !== 0) kept.push(base + deltaRps)
  }
  const earlier = kept.filter(deltaPoc => deltaPoc < 0).sort((a, b) => b - a)
  const later = kept.filter(deltaPoc => deltaPoc > 0).sort((a, b) => a - b)
  return [...earlier, ...later]
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('h265', 'malformed', `Cannot decode H.265 reference picture sets: ${rule}`)
}
