import { unlessMalformed } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { encodeEventMessage } from '../formats/fmp4/event-message.ts'
import type { Frame } from '../media/frame.ts'
import { eventOf } from './timed-metadata.ts'

/** Of messages that wait. A track may stay away for days while another goes on: then the oldest are told too late anyway. */
const mostBytes: Bytes = 1024 * 1024

/** The event messages of one lane that wait for its next part: of too many, the newest. */
export class LaneEvents {
  readonly #times: { readonly origin: Milliseconds; readonly timescale: number }
  #messages: Uint8Array[] = []
  #size: Bytes = 0
  #nextId: number

  /**
   * @param times The stream's time that is 0 in the media, and how these count.
   * @param start Of the period.
   */
  constructor(times: { readonly origin: Milliseconds; readonly timescale: number }, start: Milliseconds) {
    this.#times = times
    // Milliseconds of the epoch: a restarted server does not use them again.
    this.#nextId = Math.floor(start) % 2 ** 32
  }

  /** Returns the scheme of the message that a frame of data makes. What is malformed makes none. */
  add(frame: Frame): string | undefined {
    const id = this.#nextId
    const event = unlessMalformed(() => eventOf(frame, { ...this.#times, id }))
    if (event === undefined) return undefined
    this.#nextId = (id + 1) % 2 ** 32
    this.#put(encodeEventMessage(event))
    return event.scheme
  }

  take(): readonly Uint8Array[] {
    const messages = this.#messages
    this.#messages = []
    this.#size = 0
    return messages
  }

  #put(message: Uint8Array): void {
    this.#messages.push(message)
    this.#size += message.length
    while (this.#size > mostBytes) this.#size -= this.#messages.shift()?.length ?? this.#size
  }
}
