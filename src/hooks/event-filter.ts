import type { EventType, StampedEvent } from '../contracts/events.ts'
import type { PathPattern } from '../core/path-pattern.ts'

type EventFilter = {
  readonly types: readonly EventType[]
  /** `undefined` for all events, also those of no stream. */
  readonly streams: readonly PathPattern[] | undefined
}

/** Tells which events somebody wants to hear of. */
export function eventFilter({ types, streams }: EventFilter): (event: StampedEvent) => boolean {
  const wanted = new Set(types)
  return ({ event }) => {
    if (!wanted.has(event.type)) return false
    return streams === undefined || ('stream' in event && streams.some(pattern => pattern.matches(event.stream)))
  }
}
