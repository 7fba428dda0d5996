import { codecLabels, factsOfVideoConfig } from '../../codecs/codec-facts.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import type { AccessUnit, PesToAccessUnits, TrackForm } from './access-unit.ts'
import { clockDistance, systemClock, wrapClock } from './clock.ts'
import type { ReceivedPes } from './pes-header.ts'
import type { Picture, PictureSyntax } from './picture-syntax.ts'

type PesTimes = Pick<ReceivedPes, 'pts' | 'dts'>

const untold: PesTimes = { pts: undefined, dts: undefined }
/** From one picture to the next, before two have come. */
const usualStep: Ticks = 3600
/** 16 pictures, which is as far as any codec puts them off, of two in a second. */
const mostCompositionOffset: Ticks = 8 * systemClock

/** Pictures of any codec. After a loss they begin again with the next one that can be decoded, as they do in the beginning. */
export class PicturesFromPes implements PesToAccessUnits {
  readonly #syntax: PictureSyntax
  #form: TrackForm | undefined
  #waitsForKey = true
  #unreadable = 0
  #lastDts: Ticks | undefined
  #step: Ticks = usualStep

  constructor(syntax: PictureSyntax) {
    this.#syntax = syntax
  }

  get unreadable(): number {
    return this.#unreadable
  }

  read({ pts, dts, payload }: ReceivedPes): readonly AccessUnit[] {
    const units: AccessUnit[] = []
    let times: PesTimes = { pts, dts: this.#syntax.isInOrder ? pts : dts }
    for (const picture of this.#pictures(payload)) {
      const unit = this.#accessUnit(picture, times)
      times = untold
      if (unit === undefined) this.#unreadable++
      else units.push(unit)
    }
    return units
  }

  #pictures(payload: Uint8Array): readonly Picture[] {
    try {
      return this.#syntax.read(payload)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#unreadable++
      this.lost()
      return []
    }
  }

  lost(): void {
    this.#syntax.lost()
    this.#waitsForKey = true
  }

  #accessUnit({ isKey, payload, config }: Picture, { pts, dts = pts }: PesTimes): AccessUnit | undefined {
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
    const { codec } = this.#syntax
    const video = factsOfVideoConfig(codec, config)
    return { kind: 'video', codec, codecLabel: codecLabels[codec], config, ...(video && { video }) }
  }
}

/** What cannot be is damage: presentation before the decoding, or long after it. */
function compositionOffset(dts: Ticks, pts: Ticks | undefined): Ticks {
  const offset = pts === undefined ? 0 : clockDistance(dts, pts)
  return offset < 0 || offset > mostCompositionOffset ? 0 : offset
}
