import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { encodeLengthPrefixed } from './length-prefixed.ts'
import type { NalCodec } from './nal-codec.ts'
import { type NalSyntax, nalSyntaxes } from './nal-syntax.ts'

/** An access unit as frames have it. */
export type NalAccessUnit = {
  /** True if decoding can start here. */
  readonly isKey: boolean
  /** NAL units behind lengths of four bytes, without delimiters and parameter sets. */
  readonly payload: Uint8Array
  /** The decoder configuration record in force; the same array until it changes. */
  readonly config: Uint8Array
}

type ParameterSet = { readonly type: number; readonly id: number; readonly unit: Uint8Array }

/** No codec counts its parameter sets further. Source: ITU-T H.264 §7.4.2.2 (pic_parameter_set_id). */
const mostParameterSetId = 255
/** Of all parameter sets together. */
const mostParameterSetBytes: Bytes = 0x10000

/**
 * Makes frames of the NAL units of a stream that has its parameter sets among them, as transport streams and RTP do: the
 * parameter sets become the configuration.
 */
export class AccessUnitReader {
  readonly #codec: NalCodec
  readonly #syntax: NalSyntax
  /** By type and id. */
  readonly #sets = new Map<number, ParameterSet>()
  #config: Uint8Array | undefined

  constructor(codec: NalCodec) {
    this.#codec = codec
    this.#syntax = nalSyntaxes[codec]
  }

  /**
   * Take in the units of one access unit, which are borrowed until the call returns.
   *
   * @returns `undefined` if there is no picture in it, or its parameter sets have not come.
   * @throws {ProtocolError} If a parameter set is malformed. All of them are forgotten then.
   */
  read(units: readonly Uint8Array[]): NalAccessUnit | undefined {
    const { headerSize, typeOf, accessUnitDelimiter, parameterSets, firstPicture, lastPicture, opensDecoding } =
      this.#syntax
    const rest: Uint8Array[] = []
    const sets: Uint8Array[] = []
    let hasPicture = false
    for (const unit of units) {
      if (unit.length < headerSize) continue
      const type = typeOf(unit)
      if (type === accessUnitDelimiter) continue
      if (parameterSets.includes(type)) sets.push(unit)
      else rest.push(unit)
      hasPicture ||= type >= firstPicture && type <= lastPicture
    }
    if (sets.length > 0) this.#take(sets)
    if (!hasPicture || this.#config === undefined) return undefined
    return { isKey: rest.some(opensDecoding), payload: encodeLengthPrefixed(rest), config: this.#config }
  }

  #take(units: readonly Uint8Array[]): void {
    try {
      const sets = units.map(unit => this.#identify(unit))
      if (sets.every(set => this.#isKnown(set))) return
      this.#replace(sets)
      this.#config = this.#syntax.encodeConfiguration(type => this.#unitsOf(type))
    } catch (error) {
      this.#sets.clear()
      this.#config = undefined
      throw error
    }
  }

  #identify(unit: Uint8Array): ParameterSet {
    const id = this.#syntax.parameterSetId(unit)
    if (id > mostParameterSetId) {
      const rule = `its id is at most ${mostParameterSetId}, is ${id}`
      throw new ProtocolError(this.#codec, 'malformed', `Cannot decode ${this.#codec} parameter set: ${rule}`)
    }
    return { type: this.#syntax.typeOf(unit), id, unit }
  }

  #isKnown({ type, id, unit }: ParameterSet): boolean {
    const known = this.#sets.get(keyOf(type, id))?.unit
    return known?.length === unit.length && known.every((byte, at) => byte === unit[at])
  }

  /** A new SPS together with its PPSs begins anew: what the encoder had before has no meaning any more. */
  #replace(sets: readonly ParameterSet[]): void {
    const { sps, pps } = this.#syntax
    const types = new Set(sets.map(({ type }) => type))
    const isAnew = types.has(pps) && sets.some(set => set.type === sps && !this.#isKnown(set))
    if (isAnew) for (const [key, { type }] of this.#sets) if (types.has(type)) this.#sets.delete(key)
    for (const { type, id, unit } of sets) this.#sets.set(keyOf(type, id), { type, id, unit: unit.slice() })
    const size = [...this.#sets.values()].reduce((sum, { unit }) => sum + unit.length, 0)
    if (size > mostParameterSetBytes) {
      const rule = `they have at most ${mostParameterSetBytes} bytes, is ${size}`
      throw new ProtocolError(this.#codec, 'limit', `Cannot keep ${this.#codec} parameter sets: ${rule}`)
    }
  }

  #unitsOf(type: number): readonly Uint8Array[] {
    return [...this.#sets.values()].filter(set => set.type === type).map(({ unit }) => unit)
  }
}

/**
 * Take units apart where an access unit delimiter stands, for those who put several access units together.
 *
 * @see ITU-T H.264 §7.4.1.2.3, ITU-T H.265 §7.4.2.4.4
 */
export function splitAtDelimiters(units: readonly Uint8Array[], codec: NalCodec): readonly (readonly Uint8Array[])[] {
  const { headerSize, typeOf, accessUnitDelimiter } = nalSyntaxes[codec]
  const accessUnits: Uint8Array[][] = []
  for (const unit of units) {
    const isDelimiter = unit.length >= headerSize && typeOf(unit) === accessUnitDelimiter
    const last = accessUnits.at(-1)
    if (last === undefined || isDelimiter) accessUnits.push([unit])
    else last.push(unit)
  }
  return accessUnits
}

function keyOf(type: number, id: number): number {
  return type * (mostParameterSetId + 1) + id
}
