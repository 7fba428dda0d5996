import { RequestError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { cacheTime } from '../manifest-answer.ts'
import type { Rendition } from '../rendition.ts'
import type { BlockingRequest } from './hls-request.ts'

/** What is further ahead than so many segments is not waited for: RFC 8216bis §6.2.5.2. */
const farthest = 2
/** Target durations: RFC 8216bis §6.2.5.2. */
const longestTargets = 3

/** @throws {RequestError} 400 if what is asked for is too far ahead. */
export function checkAhead({ newest }: Rendition, { number }: BlockingRequest): void {
  const last = newest?.number ?? 0
  if (number <= last + farthest) return
  throw new RequestError(400, `Cannot wait for segment ${number}: the newest is ${last}`)
}

/** How long a request may wait. */
export function longestBlock({ targetDuration }: Rendition): Milliseconds {
  return longestTargets * targetDuration * 1000
}

/** The answer to whoever has waited so long. */
export function tooLate(rendition: Rendition, { number }: BlockingRequest): RequestError {
  return new RequestError(503, `Cannot send segment ${number}: it did not come in ${longestBlock(rendition)} ms`)
}

/** Seconds for which caches may keep the playlist of a rendition. */
export function mediaCacheTime({ targetDuration, isEnded }: Rendition, blocking: BlockingRequest | undefined): number {
  return cacheTime(targetDuration, blocking !== undefined && !isEnded)
}
