import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { Log } from '../contracts/log.ts'
import type { KeptBytes, StreamArchive } from '../contracts/segments.ts'
import { RequestError, reasonOf } from '../core/errors.ts'
import { credentialsOf } from './credentials-suffix.ts'
import { fileHeaders } from './file-answer.ts'
import { parseSegmentFile, type SegmentFile } from './file-name.ts'
import type { PackagerDoor } from './packager-door.ts'
import type { Rendition } from './rendition.ts'
import type { Segment } from './segment.ts'
import type { SegmentEncryption } from './segment-encryption.ts'
import {
  AwaitedPart,
  cipherFor,
  isExposed,
  isNext,
  isNextTime,
  longestWait,
  missing,
  protocolOf,
} from './segment-request.ts'
import { segmentShortcut } from './segment-shortcut.ts'
import { putHeaders } from './send-answer.ts'
import { sendBytes, sendPieces } from './send-file.ts'
import { formOf } from './stream-form.ts'

type FileRequest = FastifyRequest<{ Params: { '*': string } }>

export type SegmentRoutesOptions = {
  readonly door: PackagerDoor
  readonly encryption: SegmentEncryption
  readonly log: Log
}

/** A segment that is still being made. */
type OpenSegment = { readonly segment: Segment; readonly rendition: Rendition }

/** Initialisation segments, segments and parts: for HLS and DASH the same. */
export function segmentRoutes(options: SegmentRoutesOptions): HttpRoutes {
  const { door, encryption } = options
  return app => {
    app.addShortcut(segmentShortcut(door, encryption))
    for (const extension of ['m4s', 'segment.ts']) {
      app.route<{ Params: { '*': string } }>({
        method: 'GET',
        url: '/*',
        constraints: { extension },
        handler: (request, reply) => sendFile(options, request, reply),
      })
    }
  }
}

async function sendFile(
  options: SegmentRoutesOptions,
  request: FileRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { door, encryption, log } = options
  const path = request.params['*']
  const slash = path.lastIndexOf('/')
  const stream = path.slice(0, Math.max(0, slash))
  const file = parseSegmentFile(path.slice(slash + 1))
  if (file === undefined) throw missing(path)
  const cipher = cipherFor(encryption, stream, file)
  if (cipher === 'unknown') throw missing(path)
  const visit = { request, stream, protocol: protocolOf(file), isPiece: true, credentials: credentialsOf(request) }
  const { session, packager, archive } = await door.enterRunning(visit, formOf(file.rendition))
  const rendition = packager?.find(file.rendition)
  const found = (rendition && (await find(door, reply, rendition, file))) ?? (await openKept(archive, file))
  if (found === undefined) throw missing(path)
  if (isExposed(file, rendition)) encryption.assertClear(stream)
  const sending = { request, reply, file, session }
  if (found instanceof Uint8Array) return sendBytes(sending, cipher.whole(found))
  const onBroken = (error: unknown): void => log.warn('SEGMENT_BROKEN_OFF', reasonOf(error), { stream })
  if ('read' in found) return sendPieces(sending, cipher.pieces(found), onBroken)
  const onSent = (size: number): void => void (session.bytesSent += size)
  putHeaders(reply, fileHeaders(file))
  if (request.method === 'HEAD') return reply.send()
  return reply.send(Readable.from(partsOf(door, reply, found, onSent), { objectMode: false }))
}

/** What is no longer in memory, or never was in this run of the server. Parts are not kept. */
async function openKept(
  archive: StreamArchive | undefined,
  file: SegmentFile,
): Promise<Uint8Array | KeptBytes | undefined> {
  switch (file.type) {
    case 'init':
      return archive?.readInit(file.rendition, file.period)
    case 'segment':
      return archive?.open(file.rendition, { number: file.number })
    case 'time':
      return archive?.open(file.rendition, { time: file.time })
    case 'part':
      return undefined
  }
}

/** The bytes of a file, or the segment that is still being made; `undefined` if there is no such thing. */
async function find(
  door: PackagerDoor,
  reply: FastifyReply,
  rendition: Rendition,
  file: SegmentFile,
): Promise<Uint8Array | OpenSegment | undefined> {
  if (file.type === 'init') return rendition.initOf(file.period)
  if (file.type === 'part') {
    const part = new AwaitedPart(rendition, file)
    if (isNext(rendition, file.number)) await door.wait(reply, rendition, () => part.isSettled, longestWait)
    return part.bytes
  }
  if (file.type === 'segment' && file.key !== undefined) {
    const { number } = file
    // It is encrypted as a whole.
    if (isNext(rendition, number)) await door.wait(reply, rendition, () => rendition.has(number), longestWait)
    return rendition.find(number)?.bytes
  }
  const segment = await findSegment(door, reply, rendition, file)
  return segment?.bytes ?? (segment?.isComplete === false ? { segment, rendition } : undefined)
}

async function findSegment(
  door: PackagerDoor,
  reply: FastifyReply,
  rendition: Rendition,
  file: SegmentFile & { readonly type: 'segment' | 'time' },
): Promise<Segment | undefined> {
  const search = (): Segment | undefined =>
    file.type === 'time' ? rendition.findAt(file.time) : rendition.find(file.number)
  const { newest } = rendition
  const isAhead = file.type === 'time' ? isNextTime(rendition, file.time) : isNext(rendition, file.number)
  if (search() === undefined && isAhead) {
    const before = newest
    const isSettled = (): boolean => search() !== undefined || rendition.newest !== before || rendition.isInterrupted
    await door.wait(reply, rendition, isSettled, longestWait)
  }
  return search()
}

/** The parts of a segment as they come. */
async function* partsOf(
  door: PackagerDoor,
  reply: FastifyReply,
  { segment, rendition }: OpenSegment,
  onSent: (size: number) => void,
): AsyncGenerator<Uint8Array> {
  let sent = 0
  const hasMore = (): boolean => segment.parts.length > sent
  for (;;) {
    for (const { bytes } of segment.parts.slice(sent)) {
      onSent(bytes.length)
      yield bytes
      sent++
    }
    if (!hasMore() && (segment.isComplete || rendition.isOver)) return
    if (await door.wait(reply, rendition, () => hasMore() || segment.isComplete, longestWait)) continue
    throw new RequestError(503, `Cannot send segment ${segment.number}: it does not go on`)
  }
}
