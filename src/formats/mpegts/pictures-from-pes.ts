import { codecLabels, factsOfVideoConfig } from '../../codecs/codec-facts.ts'
import { AccessUnitReader, type NalAccessUnit, splitAtDelimiters } from '../../codecs/nal/access-unit-reader.ts'
import { decodeAnnexB } from '../../codecs/nal/annex-b.ts'
import type { NalCodec } from '../../codecs/nal/nal-codec.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import type { AccessUnit, PesToAccessUnits, TrackForm } from './access-unit.ts'
import { clockDistance, systemClock, wrapClock } from './clock.ts'
import type { ReceivedPes } from './pes-header.ts'

type PesTimes = Pick<ReceivedPes, 'pts' | 'dts'>

const untold: PesTimes = { pts: undefined, dts: undefined }
/** From one picture to the next, before two have come. */
const usualStep: Ticks = 3600
/** 16 pictures, which is as far as any codec puts them off, of two in a second. */
const mostCompositionOffset: Ticks = 8 * systemClock

/**
 * Pictures of the codecs that have NAL units. After a loss they begin again with the next one that can be decoded, as they
 * do in the beginning.
 */
export class PicturesFromPes implements PesToAccessUnits {
  readonly #codec: NalCodec
  readonly #reader: AccessUnitReader
  #form: TrackForm | undefined
  #waitsForKey = true
  #unreadable = 0
  #lastDts: Ticks | undefined
  #step: Ticks = usualStep

  constructor(codec: NalCodec) {
    this.#codec = codec
    this.#reader = new AccessUnitReader(codec)
  }

  get unreadable(): number {
    return this.#unreadable
  }

  read(pes: ReceivedPes): readonly AccessUnit[] {
    const units: AccessUnit[] = []
    try {
      let times: PesTimes = pes
      for (const nalUnits of splitAtDelimiters(decodeAnnexB(pes.payload, this.#codec), this.#codec)) {
        const picture = this.#reader.read(nalUnits)
        if (picture === undefined) continue
        const unit = this.#accessUnit(picture, times)
        times = untold
        if (unit === undefined) this.#unreadable++
        else units.push(unit)
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#unreadable++
      this.lost()
    }
    return units
  }

  lost(): void {
    this.#waitsForKey = true
  }

  #accessUnit({ isKey, payload, config }: NalAccessUnit, { pts, dts = pts }: PesTimes): AccessUnit | undefined {
    const time = this.#place(dts)
    if (time === undefined || (this.#waitsForKey && !isKey)) return undefined
    this.#waitsForKey = false
    if (this.#form?.config !== config) this.#form = this.#describe(config)
    return { form: this.#form, dts: time, compositionOffset: compositionOffset(time, pts), isKey, payload }
  }

  /** A picture without a time is as far from the one before as that was from its own. */
  #place(told: Ticks | undefined): Ticks | undefined {
    const last = this.#lastDts
    if (told === undefined) {
      this.#lastDts = last === undefined ? undefined : wrapClock(last + this.#step)
      return this.#lastDts
    }
    const step = last === undefined ? 0 : clockDistance(last, told)
    if (step > 0) this.#step = step
    this.#lastDts = told
    return told
  }

  #describe(config: Uint8Array): TrackForm {
    const video = factsOfVideoConfig(this.#codec, config)
    return { kind: 'video', codec: this.#codec, codecLabel: codecLabels[this.#codec], config, ...(video && { video }) }
  }
}

/** What cannot be is damage: presentation before the decoding, or long after it. */
function compositionOffset(dts: Ticks, pts: Ticks | undefined): Ticks {
  const offset = pts === undefined ? 0 : clockDistance(dts, pts)
  return offset < 0 || offset > mostCompositionOffset ? 0 : offset
}
