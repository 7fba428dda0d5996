import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../contracts/clock.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { Log } from '../../contracts/log.ts'
import type { ArchivedSegment, StreamArchive, TimeSpan } from '../../contracts/segments.ts'
import { RequestError, reasonOf } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { openArchiveWindow, spanWithin } from '../archive-window.ts'
import { type ByteRange, parseRange } from '../byte-range.ts'
import { credentialsSuffix } from '../credentials-suffix.ts'
import type { PackagerDoor } from '../packager-door.ts'
import type { Visit } from '../viewer-sessions.ts'
import type { Clip } from './clip.ts'
import { groupsOf, isWhole } from './clip-groups.ts'
import type { ClipCounters } from './clip-metrics.ts'
import { type ClipRequest, clipFileName, parseClipRequest } from './clip-request.ts'
import { ClipShelf } from './clip-shelf.ts'
import { longestLookBack, nobodyThere, planClip } from './plan-clip.ts'
import { readClip } from './read-clip.ts'

export type ClipRoutesOptions = {
  readonly door: PackagerDoor
  readonly clock: Clock
  readonly log: Log
  readonly counters: ClipCounters
  readonly limits: ClipLimits
}

export type ClipLimits = {
  /** Clips that are put together or sent at once. */
  readonly maxClips: number
  readonly clipMaxDuration: Milliseconds
}

type ClipHttpRequest = FastifyRequest<{ Params: { '*': string } }>

/** A clip, and what tells it from others. */
type Found = { readonly clip: Clip; readonly tag: string; readonly isFixed: boolean }

const fileName = '/clip.mp4'

/** `NAME/clip.mp4?from=…&duration=…`: a part of what is kept, as one file. */
export function clipRoutes(options: ClipRoutesOptions): HttpRoutes {
  const shelf = new ClipShelf()
  return app => {
    app.route<{ Params: { '*': string } }>({
      method: 'GET',
      url: '/*',
      constraints: { extension: 'clip.mp4' },
      handler: (request, reply) => sendClip(options, shelf, request, reply),
    })
  }
}

async function sendClip(
  options: ClipRoutesOptions,
  shelf: ClipShelf,
  request: ClipHttpRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { door, counters } = options
  const gone = goneOf(reply)
  const stream = request.params['*'].slice(0, -fileName.length)
  const query = new URLSearchParams(request.url.split('?')[1])
  const visit = { request, stream, protocol: 'clip', credentials: credentialsSuffix(query) }
  const { archive } = await door.enterArchive(visit)
  checkPlace(options, stream, gone)
  const finding = findClip(options, shelf, archive, query, gone)
  takePlace(counters, finding, gone)
  const found = await finding
  counters.clips++
  return answer(options, { ...found, archive, visit }, request, reply)
}

/** Aborts when the response is over, or its client goes away. A response over HTTP/2 does not tell it afterwards. */
function goneOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  return gone.signal
}

/** @throws {RequestError} 503 if there is no place, or nobody any more to take it. */
function checkPlace({ counters, limits }: ClipRoutesOptions, stream: string, gone: AbortSignal): void {
  if (gone.aborted) throw nobodyThere(stream)
  if (counters.active < limits.maxClips) return
  counters.refused++
  throw new RequestError(503, `Cannot cut ${stream}: ${limits.maxClips} clips are being cut already`)
}

/** Until the response is over, and nothing is read any more for who has left. */
function takePlace(counters: ClipCounters, finding: Promise<unknown>, gone: AbortSignal): void {
  counters.active++
  const isOver = Promise.withResolvers<void>()
  if (gone.aborted) isOver.resolve()
  gone.addEventListener('abort', () => isOver.resolve())
  void Promise.allSettled([finding, isOver.promise]).then(() => counters.active--)
}

async function findClip(
  { clock, limits }: ClipRoutesOptions,
  shelf: ClipShelf,
  archive: StreamArchive,
  query: URLSearchParams,
  gone: AbortSignal,
): Promise<Found> {
  const now = clock.wall()
  await openArchiveWindow(query, now, archive)
  const asked = parseClipRequest(query, now, archive.span, limits.clipMaxDuration)
  const wait = stepsOf(clock, gone)
  await untilKept(archive, asked, clock.wall(), wait)
  const span = spanWithin(archive.stream, asked.window, archive.span)
  const segments = await wholeSegments(archive, { from: span.from - longestLookBack, to: span.to }, wait)
  const tag = tagOf(archive, span, segments)
  const clip = shelf.find(tag) ?? (await planClip(archive, span, segments, gone))
  shelf.put(tag, clip)
  return { clip, tag, isFixed: asked.isFixed }
}

/** What plays at this moment is kept as soon as its segment is complete. */
const longestWait: Milliseconds = 10_000
const waitStep: Milliseconds = 100

/** Resolves to true after a moment; at once to false when it is not worth waiting any longer. */
type Step = () => Promise<boolean>

function stepsOf(clock: Clock, gone: AbortSignal): Step {
  const deadline = clock.now() + longestWait
  return async () => {
    if (gone.aborted || clock.now() >= deadline) return false
    await new Promise<void>(resolve => clock.after(waitStep, resolve))
    return true
  }
}

async function untilKept(
  archive: StreamArchive,
  { window: { from, to } }: ClipRequest,
  now: Milliseconds,
  wait: Step,
): Promise<void> {
  const end = Math.min(to ?? 0, now)
  if ((from ?? 0) >= end) return
  while (archive.isGrowing && (archive.span?.to ?? 0) < end && (await wait()));
}

/** Sound is kept a moment later than its picture: of the newest segments, all tracks are waited for. */
async function wholeSegments(archive: StreamArchive, span: TimeSpan, wait: Step): Promise<readonly ArchivedSegment[]> {
  for (;;) {
    const segments = await archive.segments(span)
    if (!archive.isGrowing || isWhole(groupsOf(segments)) || !(await wait())) return segments
  }
}

/** The same for the same bytes: segments are never changed. */
function tagOf({ stream }: StreamArchive, { from, to }: TimeSpan, segments: readonly ArchivedSegment[]): string {
  const hash = createHash('sha256').update(`${stream} ${from} ${to}`)
  for (const { rendition, number, period, time, size } of segments) {
    hash.update(` ${rendition} ${number} ${period} ${time} ${size}`)
  }
  return `"${hash.digest('base64url').slice(0, 22)}"`
}

type Answer = Found & { readonly archive: StreamArchive; readonly visit: Visit }

function answer(
  options: ClipRoutesOptions,
  { clip, tag, isFixed, archive, visit }: Answer,
  { headers, method }: ClipHttpRequest,
  reply: FastifyReply,
): FastifyReply {
  // A time that is told by the clock is another one with each request, unless the player says which clip it means.
  const isSame = headers['if-range'] === undefined ? isFixed : headers['if-range'] === tag
  const range = isSame ? parseRange(headers.range, clip.size) : undefined
  reply
    .header('ETag', tag)
    .header('Accept-Ranges', isFixed ? 'bytes' : 'none')
    .header('Cache-Control', 'no-store')
  if (range === 'unsatisfiable') {
    reply.header('Content-Range', `bytes */${clip.size}`)
    throw new RequestError(416, `Cannot send this range: the clip has ${clip.size} bytes`)
  }
  const sent = range ?? { start: 0, end: clip.size }
  if (range !== undefined) {
    reply.code(206).header('Content-Range', `bytes ${range.start}-${range.end - 1}/${clip.size}`)
  }
  const name = clipFileName(archive.stream, clip.span.from)
  reply.type('video/mp4').header('Content-Disposition', `attachment; filename="${name}"`)
  reply.header('Content-Length', sent.end - sent.start)
  // With a stream, the length that was told stays.
  if (method === 'HEAD') return reply.send(Readable.from([]))
  return reply.send(Readable.from(bytesOf(options, { archive, visit, clip }, sent), { objectMode: false }))
}

/** The viewer is let in again from time to time, as others are. Whatever fails breaks the transfer off. */
async function* bytesOf(
  { door, log, counters }: ClipRoutesOptions,
  { archive, visit, clip }: Pick<Answer, 'archive' | 'visit' | 'clip'>,
  range: ByteRange,
): AsyncGenerator<Uint8Array> {
  let { session } = await door.enterArchive(visit)
  try {
    const onPiece = async (): Promise<void> => void ({ session } = await door.enterArchive(visit))
    for await (const bytes of readClip(archive, clip, range, onPiece)) {
      session.bytesSent += bytes.length
      counters.bytes += bytes.length
      yield bytes
    }
  } catch (error) {
    counters.failed++
    log.warn('CLIP_BROKEN_OFF', reasonOf(error), { stream: archive.stream, connection: session.info.id })
    throw error
  }
}
