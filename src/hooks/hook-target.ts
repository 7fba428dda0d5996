import type { ServerEvent, StampedEvent } from '../contracts/events.ts'

/** What goes out at a time: one event, or several where the target takes them. */
export type Batch = readonly [StampedEvent, ...StampedEvent[]]

/** What a receiver has said that took events. */
export type Receipt = { /** Of an HTTP answer. */ readonly status?: number }

/** Where the events of one hook go. */
export type HookTarget = {
  /** In words, without what may be secret. */
  readonly shown: string
  /** Events that one delivery may have. Where that is more than one, deliveries are made one after the other. */
  readonly maxBatch: number
  /** True if there are words for the event. */
  accepts(event: ServerEvent): boolean
  /**
   * Resolves when all of the events are taken.
   *
   * @param signal Aborts when the time is up.
   * @throws {DeliveryError}
   */
  deliver(events: Batch, signal: AbortSignal): Promise<Receipt>
  close(): void
}
