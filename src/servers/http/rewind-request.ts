import { parseDateTime } from '../../core/date-time.ts'
import { RequestError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { RewindStart } from '../../hub/rewinder.ts'

/** The part of a query that says when a viewer wants to begin; lists for what is there twice. */
export type RewindQuery = { readonly at?: unknown; readonly t?: unknown; readonly speed?: unknown }

/** Slower than life, a player would stand still again and again. */
const slowest = 1
const fastest = 8

/**
 * Read when a viewer wants to begin: `at=2026-11-21T09:30:00Z`, or `t=-90` for as many seconds ago; and how fast what has
 * been is to be sent until live is reached: `speed=1.5`.
 *
 * @returns `undefined` for a viewer who wants to begin with what is live.
 * @throws {RequestError} 400 in the words that the viewer is told.
 */
export function parseRewindRequest(
  name: string,
  { at, t, speed }: RewindQuery,
  now: Milliseconds,
): RewindStart | undefined {
  const refusal = (rule: string): RequestError => new RequestError(400, `Cannot rewind ${name}: ${rule}`)
  if (at !== undefined && t !== undefined) throw refusal('at and t say the same')
  if (at === undefined && t === undefined) {
    if (speed !== undefined) throw refusal('speed goes with at or t')
    return undefined
  }
  const begin = at === undefined ? parseOffset(t, now) : parseAt(at)
  if (begin === undefined) {
    throw refusal(
      at === undefined
        ? 't must be seconds back from now, such as -90'
        : 'at must be a time such as 2026-11-21T09:30:00Z',
    )
  }
  const rate = speed === undefined ? 1 : parseSpeed(speed)
  if (rate === undefined) throw refusal(`speed must be a number from ${slowest} to ${fastest}`)
  return { at: begin, speed: rate }
}

function parseAt(text: unknown): Milliseconds | undefined {
  return typeof text === 'string' ? parseDateTime(text) : undefined
}

function parseOffset(text: unknown, now: Milliseconds): Milliseconds | undefined {
  const isOffset = typeof text === 'string' && /^-\d{1,9}(?:\.\d{1,3})?$/.test(text)
  return isOffset ? now + Math.round(1000 * Number(text)) : undefined
}

function parseSpeed(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d(?:\.\d{1,3})?$/.test(text)) return undefined
  const speed = Number(text)
  return speed >= slowest && speed <= fastest ? speed : undefined
}
