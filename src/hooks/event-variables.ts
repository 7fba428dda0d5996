import type { StampedEvent } from '../contracts/events.ts'
import { formatEvent, splitEvent } from './event-json.ts'
import { goRtmpVariables } from './go-rtmp-event.ts'

/** Longest value: names and queries come from peers, and the system bounds the environment. */
const maxLength = 8192

/** An event as the environment of a command: in our words, and in those of go-rtmp for scripts made for it. */
export function eventVariables(stamped: StampedEvent): Readonly<Record<string, string>> {
  const { type, stream = '', connection = '', data } = splitEvent(stamped)
  const variables: Record<string, string> = {
    ...goRtmpVariables(stamped),
    SLUICE_EVENT_ID: stamped.id,
    SLUICE_EVENT_TIME: new Date(stamped.time).toISOString(),
    SLUICE_EVENT_SERVER: stamped.server,
    SLUICE_EVENT_SEQUENCE: String(stamped.sequence),
    SLUICE_EVENT_TYPE: type,
    SLUICE_EVENT_STREAM: stream,
    SLUICE_EVENT_CONNECTION: connection,
    SLUICE_EVENT_JSON: formatEvent(stamped),
  }
  for (const [key, value] of Object.entries(data)) variables[variableOf(key)] = String(value)
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, usable(value)]))
}

/** `durationMs` is `SLUICE_EVENT_DURATION_MS`. */
function variableOf(key: string): string {
  return `SLUICE_EVENT_${key.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`
}

/** A value ends at its first NUL for every program, so there is none. */
function usable(value: string): string {
  return value.replaceAll('\0', '').slice(0, maxLength)
}
