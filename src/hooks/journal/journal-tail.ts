import type { EventLogPart, LoggedEvent } from '../../contracts/event-log.ts'
import type { Bytes } from '../../core/units.ts'

/** Events that are handed out at a time. */
const partLength = 256

/** The newest events in memory: whoever keeps up needs no disk. */
export class JournalTail {
  readonly #maxSize: Bytes
  #events: LoggedEvent[] = []
  #start = 0
  #end = 0

  /** @param maxSize When there is more, the oldest go. */
  constructor(maxSize: Bytes) {
    this.#maxSize = maxSize
  }

  get start(): number {
    return this.#start
  }

  get end(): number {
    return this.#end
  }

  /** Events stand from `position` on; there are none yet. */
  begin(position: number): void {
    this.#start = position
    this.#end = position
  }

  append(events: readonly LoggedEvent[], end: number): void {
    this.#events.push(...events)
    this.#end = end
    if (end - this.#start > this.#maxSize) this.#trim()
  }

  /** @param from Not before the start. */
  read(from: number): EventLogPart {
    const at = this.#indexOf(from)
    const events = this.#events.slice(at, at + partLength)
    return { from, events, next: this.#events[at + partLength]?.position ?? this.#end }
  }

  /** Several at once, so that it is seldom. */
  #trim(): void {
    const at = this.#indexOf(this.#end - this.#maxSize * 0.75)
    this.#events = this.#events.slice(at)
    this.#start = this.#events[0]?.position ?? this.#end
  }

  /** Of the first event at `position` or behind it. */
  #indexOf(position: number): number {
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#events[middle]?.position ?? position) < position) low = middle + 1
      else high = middle
    }
    return low
  }
}
