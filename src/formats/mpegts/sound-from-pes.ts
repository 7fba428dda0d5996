import { factsOfAudioConfig, factsOfAudioFrame } from '../../codecs/codec-facts.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import type { AudioFacts } from '../../media/track.ts'
import { isSameConfig } from '../../media/track-set.ts'
import { type AccessUnit, noAccessUnits, type PesToAccessUnits, type TrackForm } from './access-unit.ts'
import { wrapClock } from './clock.ts'
import type { ReceivedPes } from './pes-header.ts'
import type { SoundFrame, SoundSyntax } from './sound-syntax.ts'

/** Places of one PES packet at which a frame is looked for when none begins where it should. */
const mostAttempts = 16
/** Of one PES packet: no encoder packs more, and what is behind them is left out. */
const mostFrames = 4096
const nothing = new Uint8Array(0)

/** Sound of any codec. A PES packet may hold many frames, and a frame may go on in the next one. */
export class SoundFromPes implements PesToAccessUnits {
  readonly #syntax: SoundSyntax
  /** Of the codec that frames are read with. */
  #form: TrackForm | undefined
  /** The beginning of a frame that ends in the next packet. */
  #rest: Uint8Array = nothing
  /** Where the newest told time stands, and what has been played since; `undefined` before the first. */
  #base: Ticks | undefined
  #played: Ticks = 0
  #unreadable = 0

  constructor(syntax: SoundSyntax) {
    this.#syntax = syntax
  }

  get unreadable(): number {
    return this.#unreadable
  }

  lost(): void {
    this.#rest = nothing
    this.#base = undefined
  }

  read(pes: ReceivedPes): readonly AccessUnit[] {
    const bytes = this.#rest.length === 0 ? pes.payload : Buffer.concat([this.#rest, pes.payload])
    const fresh = this.#rest.length
    const units: AccessUnit[] = []
    let isTimeDue = pes.pts !== undefined
    let at = 0
    let frames = 0
    for (let attempts = 0; at < bytes.length; ) {
      // The time of a packet is that of the first frame that begins in it: ISO/IEC 13818-1 §2.4.3.7.
      if (isTimeDue && at >= fresh) {
        this.#base = pes.pts
        this.#played = 0
        isTimeDue = false
      }
      const frame = this.#next(bytes.subarray(at))
      if (frame === undefined) break
      if (frame !== 'unreadable') {
        if (frames++ === mostFrames) {
          this.#unreadable++
          at = bytes.length
          break
        }
        units.push(...this.#accessUnits(frame))
        at += frame.size
        continue
      }
      const next = bytes.indexOf(this.#syntax.syncByte, at + 1)
      at = next === -1 || ++attempts === mostAttempts ? bytes.length : next
      if (attempts <= 1) this.#unreadable++
    }
    this.#rest = bytes.slice(at)
    return units
  }

  /** `undefined` if the frame ends in the next packet. */
  #next(bytes: Uint8Array): SoundFrame | 'unreadable' | undefined {
    try {
      return this.#syntax.next(bytes)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      return 'unreadable'
    }
  }

  #accessUnits({ payloads, duration, config }: SoundFrame): readonly AccessUnit[] {
    const base = this.#base
    if (base === undefined) return noAccessUnits
    return payloads.map(payload => {
      const dts = wrapClock(base + Math.round(this.#played))
      this.#played += duration
      this.#form = this.#formOf(payload, config)
      return { form: this.#form, dts, compositionOffset: 0, isKey: true, payload: payload.slice() }
    })
  }

  #formOf(payload: Uint8Array, config: Uint8Array | undefined): TrackForm {
    const { codec, labelOf } = this.#syntax
    const known = this.#form
    if (config !== undefined) {
      if (known !== undefined && isSameConfig(known.config, config)) return known
      const audio = factsOfAudioConfig(codec, config)
      return { kind: 'audio', codec, codecLabel: labelOf(payload), config: config.slice(), ...(audio && { audio }) }
    }
    const audio = factsOfAudioFrame(codec, payload)
    if (known !== undefined && (audio === undefined || isSameSound(audio, known.audio))) return known
    return { kind: 'audio', codec, codecLabel: labelOf(payload), config: undefined, ...(audio && { audio }) }
  }
}

function isSameSound(a: AudioFacts, b: AudioFacts | undefined): boolean {
  return a.sampleRate === b?.sampleRate && a.channels === b.channels && a.codecString === b.codecString
}
