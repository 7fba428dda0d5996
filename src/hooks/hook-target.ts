import type { ServerEvent, StampedEvent } from '../contracts/events.ts'

/** Where the events of one hook go. */
export type HookTarget = {
  /** In words, without what may be secret. */
  readonly shown: string
  /** True if there are words for the event. */
  accepts(event: ServerEvent): boolean
  /**
   * Resolves when the event is taken.
   *
   * @param signal Aborts when the time is up.
   * @throws {DeliveryError}
   */
  deliver(event: StampedEvent, signal: AbortSignal): Promise<void>
  close(): void
}
