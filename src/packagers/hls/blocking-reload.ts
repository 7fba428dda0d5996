import { RequestError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { cacheTime } from '../manifest-answer.ts'
import type { Rendition } from '../rendition.ts'
import type { BlockingRequest } from './hls-request.ts'

/** What is further ahead than so many segments is not waited for: RFC 8216bis §6.2.5.2. */
const farthest = 2
/** Target durations: RFC 8216bis §6.2.5.2. */
const longestTargets = 3

/** Parts that a player may be ahead, where they are longer than a second: RFC 8216bis §6.2.5.2. */
const farthestSeconds = 3

/** @throws {RequestError} 400 if what is asked for is too far ahead. */
export function checkAhead({ newest, partTarget }: Rendition, { number, part }: BlockingRequest): void {
  const last = newest?.number ?? 0
  if (number > last + farthest) throw new RequestError(400, `Cannot wait for segment ${number}: the newest is ${last}`)
  if (part === undefined || number < last) return
  const lastPart = (number === last ? (newest?.parts.length ?? 0) : 0) - 1
  if (part <= lastPart + advancePartLimit(partTarget)) return
  throw new RequestError(400, `Cannot wait for part ${part} of segment ${number}: the newest is ${lastPart}`)
}

function advancePartLimit(partTarget: number): number {
  return partTarget > 0 && partTarget < 1 ? Math.ceil(farthestSeconds / partTarget) : farthestSeconds
}

/**
 * True once the list has what is asked for. A part behind the last one of a segment is the first one of the next, unless
 * none comes for now.
 *
 * @see RFC 8216bis §6.2.5.2
 */
export function isThere(rendition: Rendition, { number, part }: BlockingRequest): boolean {
  const { newest, isInterrupted } = rendition
  const isLast = newest?.number === number && newest.isComplete && !newest.isGap && !isInterrupted
  const isBehind = isLast && part !== undefined && part >= newest.parts.length
  return !isBehind && rendition.has(number, part)
}

/** How long a request may wait. */
export function longestBlock({ targetDuration }: Rendition): Milliseconds {
  return longestTargets * targetDuration * 1000
}

/** The answer to whoever has waited so long, or for a server that goes. */
export function tooLate(rendition: Rendition, { number }: BlockingRequest): RequestError {
  if (rendition.isOver) return new RequestError(503, `Cannot send segment ${number}: the server shuts down`)
  return new RequestError(503, `Cannot send segment ${number}: it did not come in ${longestBlock(rendition)} ms`)
}

/** Seconds for which caches may keep the playlist of a rendition. */
export function mediaCacheTime({ targetDuration, isEnded }: Rendition, blocking: BlockingRequest | undefined): number {
  return cacheTime(targetDuration, blocking !== undefined && !isEnded)
}
