import { unlessMalformed } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { encodeEventMessage } from '../formats/fmp4/event-message.ts'
import type { Frame } from '../media/frame.ts'
import { eventOf } from './timed-metadata.ts'

/** The event messages of one lane that wait for its next part. */
export class LaneEvents {
  readonly #times: { readonly origin: Milliseconds; readonly timescale: number }
  #messages: Uint8Array[] = []
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
    this.#messages.push(encodeEventMessage(event))
    return event.scheme
  }

  take(): readonly Uint8Array[] {
    const messages = this.#messages
    this.#messages = []
    return messages
  }
}
