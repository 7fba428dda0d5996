import { unlessMalformed } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { DateRange } from '../formats/m3u8/date-range.ts'
import { systemClock } from '../formats/mpegts/clock.ts'
import { decodeSpliceCue } from '../formats/mpegts/splice-cue.ts'
import type { Frame } from '../media/frame.ts'
import { type PlacedCue, placeCue } from './timed-metadata.ts'

/** A cue whose moments count from the Unix epoch. */
type MovedCue = Omit<PlacedCue, 'at'>

/** More are not told, unless more is listed: of a publisher that sends cues without end, the newest. */
const usualMost = 100

/** The cues to splice of a stream as times of its programme: a way out and the way back are one. */
export class SpliceRanges {
  readonly #most: number
  #ranges: readonly DateRange[] = []
  /** By the name of the event, of which only the way out was told so far. */
  readonly #out = new Map<string, DateRange>()

  constructor(most: number = usualMost) {
    this.#most = most
  }

  /** By their starts, as they came. The same array until one is added, changed or forgotten. */
  get list(): readonly DateRange[] {
    return this.#ranges
  }

  /** A cue has come; one that is malformed tells nothing. @param origin The stream's time at the Unix epoch. */
  note(frame: Frame, origin: Milliseconds): void {
    if (frame.track.codec !== 'scte35') return
    const cue = unlessMalformed(() => placeCue(frame, origin))
    if (cue !== undefined) this.#place(cue, Math.round(cue.at - origin))
  }

  /** A cue that was placed before. @param section Its moments count from the Unix epoch. */
  noteKept(section: Uint8Array, at: Milliseconds): void {
    const cue = unlessMalformed(() => decodeSpliceCue(section))
    if (cue !== undefined) this.#place({ ...cue, section }, Math.round(at))
  }

  #place(cue: MovedCue, at: Milliseconds): void {
    if (cue.kind === 'out') this.#goOut(cue, at)
    else if (cue.kind === 'in') this.#comeIn(cue, at)
    else this.#add({ id: idOf('cue', at), start: at, scte35Cmd: cue.section })
  }

  /** Forget what was over at a time. */
  forgetBefore(time: Milliseconds): void {
    const isOver = (range: DateRange): boolean => endOf(range) < time
    if (!this.#ranges.some(isOver)) return
    this.#ranges = this.#ranges.filter(range => !isOver(range))
    for (const [event, range] of this.#out) if (isOver(range)) this.#out.delete(event)
  }

  /** Encoders tell a way out more than once: what was told stays. */
  #goOut({ event = '', duration, section }: MovedCue, at: Milliseconds): void {
    if (this.#out.has(event)) return
    const planned = duration === undefined ? undefined : (duration * 1000) / systemClock
    const range: DateRange = {
      ...{ id: idOf(event, at), start: at, scte35Out: section },
      ...(planned !== undefined && { plannedDuration: planned }),
    }
    if (this.#add(range)) this.#out.set(event, range)
  }

  #comeIn({ event = '', section }: MovedCue, at: Milliseconds): void {
    const out = this.#out.get(event)
    this.#out.delete(event)
    if (out === undefined) return void this.#add({ id: idOf(event, at), start: at, scte35In: section })
    const whole = { ...out, duration: Math.max(0, at - out.start), scte35In: section }
    this.#ranges = this.#ranges.map(range => (range === out ? whole : range))
  }

  /** A cue that was told before is the same: then false. */
  #add(range: DateRange): boolean {
    if (this.#ranges.some(({ id }) => id === range.id)) return false
    this.#ranges = [...this.#ranges, range]
    if (this.#ranges.length > this.#most) this.#forgetOldest()
    return true
  }

  #forgetOldest(): void {
    const [oldest, ...others] = this.#ranges
    this.#ranges = others
    for (const [event, range] of this.#out) if (range === oldest) this.#out.delete(event)
  }
}

/** A way out of which nobody knows the end lasts. */
function endOf({ start, duration, plannedDuration, scte35Out, scte35In }: DateRange): Milliseconds {
  const open = scte35Out !== undefined && scte35In === undefined ? Number.POSITIVE_INFINITY : 0
  return start + (duration ?? plannedDuration ?? open)
}

/** Events are numbered by encoders, which begin again; with its time, no other has its name. */
function idOf(event: string, at: Milliseconds): string {
  return `${event}-${Math.floor(at)}`
}
