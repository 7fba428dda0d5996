import type { TimeSpan } from '../../contracts/segments.ts'
import { RequestError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { type ArchiveWindow, parseArchiveWindow } from '../archive-window.ts'

/** What a request for a clip says. */
export type ClipRequest = {
  readonly window: ArchiveWindow
  /** True if the same request means the same time whenever it is made. */
  readonly isFixed: boolean
}

/**
 * Read `from` or `offset`, and `to` or `duration`, as lists of what is kept take them.
 *
 * @throws {RequestError} 400 in the words that the player is told.
 */
export function parseClipRequest(
  query: URLSearchParams,
  now: Milliseconds,
  kept: TimeSpan | undefined,
  longest: Milliseconds,
): ClipRequest {
  const window = parseArchiveWindow(query, now, kept)
  const end = Math.min(window.to ?? now, kept?.to ?? now)
  const begin = Math.max(window.from ?? kept?.from ?? end, kept?.from ?? 0)
  if (end - begin > longest) {
    throw new RequestError(400, `Cannot cut a clip: it has ${longest / 1000} s at most, is ${(end - begin) / 1000} s`)
  }
  return { window, isFixed: query.has('from') && window.to !== undefined && window.to <= (kept?.to ?? 0) }
}

/** `live-test-2026-11-21T09-30-00Z.mp4`: names of streams have no character that a header would have to escape. */
export function clipFileName(stream: string, from: Milliseconds): string {
  const time = new Date(from).toISOString().replace(/\.\d+/, '').replaceAll(':', '-')
  return `${stream.replaceAll('/', '-')}-${time}.mp4`
}
