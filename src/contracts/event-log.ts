import type { StampedEvent } from './events.ts'

/** One event, and where it stands. */
export type LoggedEvent = { readonly position: number; readonly event: StampedEvent }

export type EventLogPart = {
  /** Where it begins: later than it was asked for, if what stood there is gone. */
  readonly from: number
  readonly events: readonly LoggedEvent[]
  /** Where the next part begins. */
  readonly next: number
}

/** Where to go on after an event; `isComplete` is false if events after it may be gone. */
export type EventLogPlace = { readonly position: number; readonly isComplete: boolean }

/**
 * The events of the last hours in the order in which they happened. Whoever reads them is a position and nothing more, so
 * one who is slow costs nobody anything.
 */
export interface EventLog {
  /** Position of the oldest event that is there. */
  readonly start: number
  /** Position of the next event. */
  readonly end: number
  /** Some of what stands at `from` and behind it; nothing at the end. Never rejects. */
  read(from: number): Promise<EventLogPart>
  /** The place behind the event with that id. Never rejects. */
  placeAfter(id: string): Promise<EventLogPlace>
  /** Call back whenever events were added, until the function that this returns is called. */
  onAppended(listener: (events: readonly LoggedEvent[]) => void): () => void
}
