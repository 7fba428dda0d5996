import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { encodeAv1CodecConfiguration } from './codec-configuration.ts'
import { decodeAv1FrameStart } from './frame-start.ts'
import { type Obu, obuTypes, obuWithSize } from './obu.ts'
import { decodeAv1SequenceHeader } from './sequence-header.ts'

/** A temporal unit as frames have it. */
export type Av1TemporalUnit = {
  /** True if decoding can start here. */
  readonly isKey: boolean
  /** OBUs with their sizes, without the delimiter. */
  readonly payload: Uint8Array
  /** AV1CodecConfigurationRecord; the same array until it changes. */
  readonly config: Uint8Array
}

/** Of one temporal unit. */
const mostBytes: Bytes = 8 * 1024 * 1024

/**
 * Puts temporal units together from OBUs that come frame by frame, as in transport streams: a temporal unit ends with the
 * frame that is shown.
 */
export class TemporalUnitReader {
  #sequenceHeader: Uint8Array | undefined
  #config: Uint8Array | undefined
  #isReduced = false
  #obus: Uint8Array[] = []
  #size: Bytes = 0
  /** Of the first frame of the unit; `undefined` before it. */
  #isKey: boolean | undefined
  #isShown = false

  /**
   * Take in the OBUs of whole frames. What is kept of them is copied.
   *
   * @returns The units that are whole now.
   * @throws {ProtocolError}
   */
  read(obus: readonly Obu[]): readonly Av1TemporalUnit[] {
    const units: Av1TemporalUnit[] = []
    for (const obu of obus) {
      if (obu.type !== obuTypes.temporalDelimiter) this.#take(obu)
      else if (this.#isShown) units.push(...this.#finish())
    }
    if (this.#isShown) units.push(...this.#finish())
    else this.#obus = this.#obus.map(bytes => bytes.slice())
    return units
  }

  /** Something is missing: what has come of a unit is of no use. */
  reset(): void {
    this.#obus = []
    this.#size = 0
    this.#isKey = undefined
    this.#isShown = false
  }

  #take(obu: Obu): void {
    const { type, payload } = obu
    if (type === obuTypes.sequenceHeader) this.#configure(payload)
    if (type === obuTypes.frame || type === obuTypes.frameHeader) {
      const { isKey, isShown } = decodeAv1FrameStart(payload, this.#isReduced)
      this.#isKey ??= isKey
      this.#isShown ||= isShown
    }
    const bytes = obuWithSize(obu)
    this.#size += bytes.length
    if (this.#size > mostBytes) {
      this.reset()
      const rule = `it has at most ${mostBytes} bytes`
      throw new ProtocolError('av1', 'limit', `Cannot put AV1 temporal unit together: ${rule}`)
    }
    this.#obus.push(bytes)
  }

  #configure(sequenceHeader: Uint8Array): void {
    if (this.#sequenceHeader !== undefined && Buffer.compare(this.#sequenceHeader, sequenceHeader) === 0) return
    this.#isReduced = decodeAv1SequenceHeader(sequenceHeader).reducedStillPictureHeader
    this.#config = encodeAv1CodecConfiguration(sequenceHeader)
    this.#sequenceHeader = sequenceHeader.slice()
  }

  #finish(): readonly Av1TemporalUnit[] {
    const payload = Uint8Array.from(Buffer.concat(this.#obus))
    const isKey = this.#isKey ?? false
    this.reset()
    return this.#config === undefined ? [] : [{ isKey, payload, config: this.#config }]
  }
}
