import { parseDuration } from '../config/duration.ts'
import type { StreamArchive, TimeSpan } from '../contracts/segments.ts'
import { parseDateTime } from '../core/date-time.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'

/** What a request wants of what is kept, by the clock on the wall. */
export type ArchiveWindow = {
  /** `undefined` for the oldest that is listed. */
  readonly from: Milliseconds | undefined
  /** `undefined` for whatever comes. */
  readonly to: Milliseconds | undefined
}

/** What a list shows of a window. */
export type ShownWindow = {
  /** The same for all windows of which the same is shown. Its end is left out where more may come before that. */
  readonly window: ArchiveWindow
  /** Another one whenever there is something else to tell. */
  readonly version: string
}

/** One list has no more than this: what is longer is asked for in parts. */
const longest: Milliseconds = 86_400_000
/** What is asked for from a moment on that is not kept yet begins so long before the end of what is. */
const newestTime: Milliseconds = 1000
/** But the rest of the segments with which it begins and ends. */
const slack: Milliseconds = 60_000

/**
 * What a request wants, when everything is listed that it may show. What plays at this moment is in a segment that is
 * not complete: as long as a stream goes on, a list begins with the one before.
 *
 * @throws {RequestError} 400 in the words that the player is told, 503 if the archive does not tell in time what it has.
 */
export async function openArchiveWindow(
  query: URLSearchParams,
  now: Milliseconds,
  archive: StreamArchive,
): Promise<ArchiveWindow> {
  const read = (): ArchiveWindow => beginWithNewest(parseArchiveWindow(query, now, archive.span), now, archive)
  const window = read()
  if (!countsFromBeginning(query)) return untilWindowListed(window, archive)
  await archive.untilListed(Number.NEGATIVE_INFINITY)
  return read()
}

function beginWithNewest(window: ArchiveWindow, now: Milliseconds, { isGrowing, span }: StreamArchive): ArchiveWindow {
  const { from, to } = window
  if (!isGrowing || span === undefined || from === undefined || from < span.to || from > now) return window
  return { from: Math.max(span.from, span.to - newestTime), to }
}

/** The same for a window that is known. @throws {RequestError} 503 as above. */
export async function untilWindowListed(window: ArchiveWindow, archive: StreamArchive): Promise<ArchiveWindow> {
  const { from, to = Number.POSITIVE_INFINITY } = window
  await archive.untilListed(from ?? Math.min(to, archive.span?.to ?? to) - longest)
  return window
}

/** True if it has to be known where what is kept begins. */
function countsFromBeginning(query: URLSearchParams): boolean {
  const offset = query.get('offset')
  return offset === null ? query.has('duration') && !query.has('from') : !offset.startsWith('-')
}

/**
 * Read `from` (RFC 3339) or `offset` (seconds: from the beginning, or negative, back from now) and `to` or `duration`
 * (seconds, or as `1m30s`).
 *
 * @throws {RequestError} 400 in the words that the player is told.
 */
export function parseArchiveWindow(
  query: URLSearchParams,
  now: Milliseconds,
  kept: TimeSpan | undefined,
): ArchiveWindow {
  const [from, offset, to, duration] = ['from', 'offset', 'to', 'duration'].map(name => query.get(name) ?? undefined)
  if (from !== undefined && offset !== undefined) throw refusal('from and offset say the same')
  if (to !== undefined && duration !== undefined) throw refusal('to and duration say the same')
  const begin = from === undefined ? beginAt(offset, now, kept) : parseTime('from', from)
  if (duration !== undefined) {
    const start = begin ?? kept?.from ?? now
    return { from: begin, to: start + parseSpan(duration) }
  }
  const end = to === undefined ? undefined : parseTime('to', to)
  if (begin !== undefined && end !== undefined && end <= begin) throw refusal('to must be behind from')
  return { from: begin, to: end }
}

/**
 * The part of what is kept that a window shows.
 *
 * @throws {RequestError} 404 if there is none, 400 if it is too long for one list.
 */
export function spanWithin(stream: string, { from, to }: ArchiveWindow, kept: TimeSpan | undefined): TimeSpan {
  if (kept === undefined) throw new RequestError(404, `Cannot rewind ${stream}: nothing is kept of it now`)
  const end = Math.min(to ?? kept.to, kept.to)
  const begin = Math.max(from ?? end - longest, kept.from)
  if (begin >= end) {
    const told = `${formatTime(kept.from)} to ${formatTime(kept.to)}`
    throw new RequestError(404, `Cannot rewind ${stream}: it is kept from ${told}`)
  }
  if (end - begin > longest + slack) throw refusal('one list has 24 h at most, ask for a part with duration or to')
  return { from: begin, to: end }
}

/**
 * What a list shows of a window. Each window of a viewer who has chosen the millisecond would be a list of its own.
 *
 * @throws {RequestError} As `spanWithin`, and 404 if nothing is kept of that time.
 */
export async function shownWindow({ from, to }: ArchiveWindow, archive: StreamArchive): Promise<ShownWindow> {
  const { stream, span: kept, numbers, version, revision } = archive
  const selection = await archive.select(spanWithin(stream, { from, to }, kept))
  if (selection === undefined) throw nothingKept(archive)
  const { span, numbers: shown, count } = selection
  const isOpen = to === undefined || to > (kept?.to ?? 0)
  if (isOpen) return { window: { from: from && span.from, to: undefined }, version: String(version) }
  // Nothing that comes changes what lies behind the newest segment.
  const isPast = shown.last < (numbers?.last ?? 0)
  return { window: span, version: isPast ? `${revision} ${count}` : String(version) }
}

/** @param archive Has nothing of the time that was asked for. */
export function nothingKept({ stream }: Pick<StreamArchive, 'stream'>): RequestError {
  return new RequestError(404, `Cannot rewind ${stream}: nothing is kept of this time`)
}

function parseTime(name: string, text: string): Milliseconds {
  const time = parseDateTime(text)
  if (time === undefined) throw refusal(`${name} must be a time such as 2026-11-21T09:30:00Z`)
  return time
}

function beginAt(text: string | undefined, now: Milliseconds, kept: TimeSpan | undefined): Milliseconds | undefined {
  if (text === undefined) return undefined
  if (!/^-?\d{1,9}(?:\.\d{1,3})?$/.test(text)) throw refusal('offset must be seconds, negative ones from now back')
  const offset = Math.round(1000 * Number(text))
  return text.startsWith('-') ? now + offset : (kept?.from ?? now) + offset
}

function parseSpan(text: string): Milliseconds {
  const span = /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Math.round(1000 * Number(text)) : parseDuration(text)
  if (span === undefined || span <= 0) throw refusal('duration must be seconds, or a span such as 1m30s')
  return span
}

function refusal(rule: string): RequestError {
  return new RequestError(400, `Cannot rewind: ${rule}`)
}

function formatTime(time: Milliseconds): string {
  return new Date(time).toISOString()
}
