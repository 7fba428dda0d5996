import { parseDuration } from '../../config/duration.ts'
import { RequestError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { isStreamName } from '../../hub/stream-name.ts'

/** What a viewer asks for: `/NAME.flv?wait=10s`, or with another extension. */
export type PlayRequest = {
  readonly name: string
  /** How long to wait for a stream that nobody publishes; `undefined` if the viewer leaves that to us. */
  readonly wait: Milliseconds | undefined
}

/**
 * Read the request of a viewer.
 *
 * @param path The path after its first slash, percent-decoded once, with its extension.
 * @param wait The query's `wait` as it was parsed: a list if it is there twice.
 * @throws {RequestError} 400 in the words that the viewer is told.
 */
export function parsePlayRequest(path: string, wait: unknown, extension: string): PlayRequest {
  const name = path.slice(0, -extension.length)
  if (!path.endsWith(extension) || !isStreamName(name)) {
    throw new RequestError(400, 'Cannot play this stream: 1 to 8 segments of A-Z a-z 0-9 _ . ~ - make a name')
  }
  return { name, wait: wait === undefined ? undefined : parseWait(name, wait) }
}

export function parseWait(name: string, wait: unknown): Milliseconds {
  const duration = typeof wait === 'string' ? parseDuration(wait) : undefined
  if (duration !== undefined) return duration
  throw new RequestError(400, `Cannot play ${name}: wait must be a duration such as 10s`)
}
