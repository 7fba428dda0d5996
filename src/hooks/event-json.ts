import type { StampedEvent } from '../contracts/events.ts'

/** The parts of an event that have a place of their own, and the rest of what it says. */
export function splitEvent({ event }: StampedEvent): {
  readonly type: string
  readonly stream: string | undefined
  readonly connection: string | undefined
  readonly data: Readonly<Record<string, unknown>>
} {
  const { type, stream, connection, ...data } = { stream: undefined, connection: undefined, ...event }
  return { type, stream: stream === '' ? undefined : stream, connection, data }
}

/** An event as JSON in one line, in our own form. */
export function formatEvent(stamped: StampedEvent): string {
  const { id, server, sequence } = stamped
  const time = new Date(stamped.time).toISOString()
  return JSON.stringify({ id, time, server, sequence, ...splitEvent(stamped) })
}
