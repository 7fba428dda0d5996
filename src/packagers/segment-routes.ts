import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { StreamArchive } from '../contracts/segments.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { parseRange } from './byte-range.ts'
import { credentialsOf } from './credentials-suffix.ts'
import { parseSegmentFile, type SegmentFile } from './file-name.ts'
import type { PackagerDoor } from './packager-door.ts'
import type { Rendition } from './rendition.ts'
import type { Segment } from './segment.ts'
import type { SegmentEncryption } from './segment-encryption.ts'
import { formOf } from './stream-form.ts'

type FileRequest = FastifyRequest<{ Params: { '*': string } }>

/** A segment that is still being made. */
type OpenSegment = { readonly segment: Segment; readonly rendition: Rendition }

/** A piece that comes next is waited for; one that is further ahead is not. */
const longestWait: Milliseconds = 10_000
/** A name is never used again for other bytes. Not `public`, so that caches keep what credentials have opened to themselves. */
const forever = 'max-age=31536000, immutable'

/** Initialisation segments, segments and parts: for HLS and DASH the same. */
export function segmentRoutes(door: PackagerDoor, encryption: SegmentEncryption): HttpRoutes {
  return app => {
    for (const extension of ['m4s', 'segment.ts']) {
      app.route<{ Params: { '*': string } }>({
        method: 'GET',
        url: '/*',
        constraints: { extension },
        handler: (request, reply) => sendFile(door, encryption, request, reply),
      })
    }
  }
}

async function sendFile(
  door: PackagerDoor,
  encryption: SegmentEncryption,
  request: FileRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = request.params['*']
  const slash = path.lastIndexOf('/')
  const stream = path.slice(0, Math.max(0, slash))
  const file = parseSegmentFile(path.slice(slash + 1))
  if (file === undefined) throw missing(path)
  const cipher = cipherFor(encryption, stream, file)
  if (cipher === 'unknown') throw missing(path)
  const visit = { request, stream, protocol: protocolOf(file), credentials: credentialsOf(request) }
  const { session, packager, archive } = await door.enterRunning(visit, formOf(file.rendition))
  const rendition = packager?.find(file.rendition)
  const found = (rendition && (await find(door, reply, rendition, file))) ?? (await readKept(archive, file))
  if (found === undefined) throw missing(path)
  reply.header('Cache-Control', forever).type(mediaTypeOf(file))
  const onSent = (size: number): void => void (session.bytesSent += size)
  if (found instanceof Uint8Array) return sendBytes(request, reply, cipher(found), onSent)
  if (request.method === 'HEAD') return reply.send()
  return reply.send(Readable.from(partsOf(door, reply, found, onSent), { objectMode: false }))
}

/**
 * What makes of a file what is sent of it; `unknown` if its key is.
 *
 * @throws {DeniedError} 403 for a segment that is only sent encrypted.
 */
function cipherFor(
  encryption: SegmentEncryption,
  stream: string,
  file: SegmentFile,
): ((bytes: Uint8Array) => Uint8Array) | 'unknown' {
  if (file.type === 'segment' && file.key !== undefined) {
    const key = encryption.keyOfSegment(stream, file.number, file.key)
    return key === undefined ? 'unknown' : bytes => encryption.encrypt(bytes, file, key)
  }
  if (file.type !== 'init') encryption.assertClear(stream)
  return bytes => bytes
}

function sendBytes(
  { headers }: FileRequest,
  reply: FastifyReply,
  bytes: Uint8Array,
  onSent: (size: number) => void,
): FastifyReply {
  reply.header('Accept-Ranges', 'bytes')
  // There is no validator that a condition could name (RFC 9110 §13.1.5), so a condition does not hold.
  const range = headers['if-range'] === undefined ? parseRange(headers.range, bytes.length) : undefined
  if (range === 'unsatisfiable') {
    reply.header('Content-Range', `bytes */${bytes.length}`)
    throw new RequestError(416, `Cannot send this range: the file has ${bytes.length} bytes`)
  }
  const sent = range === undefined ? bytes : bytes.subarray(range.start, range.end)
  if (range !== undefined) {
    reply.code(206).header('Content-Range', `bytes ${range.start}-${range.end - 1}/${bytes.length}`)
  }
  onSent(sent.length)
  return reply.send(sent)
}

/** Unless it is known already: only DASH calls segments by their times. */
function protocolOf({ type }: SegmentFile): string {
  return type === 'time' ? 'dash' : 'hls'
}

function mediaTypeOf({ rendition }: SegmentFile): string {
  return rendition === 'ts' ? 'video/mp2t' : `${rendition.startsWith('audio') ? 'audio' : 'video'}/mp4`
}

/** What is no longer in memory, or never was in this run of the server. Parts are not kept. */
async function readKept(archive: StreamArchive | undefined, file: SegmentFile): Promise<Uint8Array | undefined> {
  switch (file.type) {
    case 'init':
      return archive?.readInit(file.rendition, file.period)
    case 'segment':
      return archive?.read(file.rendition, { number: file.number })
    case 'time':
      return archive?.read(file.rendition, { time: file.time })
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
  if (file.type === 'part') return findPart(door, reply, rendition, file)
  if (file.type === 'segment' && file.key !== undefined) {
    const { number } = file
    // It is encrypted as a whole.
    if (isNext(rendition, number)) await door.wait(reply, rendition, () => rendition.has(number), longestWait)
    return rendition.find(number)?.bytes
  }
  const segment = await findSegment(door, reply, rendition, file)
  return segment?.bytes ?? (segment?.isComplete === false ? { segment, rendition } : undefined)
}

/**
 * A part, which may be one that was hinted at. One that comes in another period needs another initialisation segment than the
 * player has, so it is not what was asked for.
 */
async function findPart(
  door: PackagerDoor,
  reply: FastifyReply,
  rendition: Rendition,
  { number, part }: SegmentFile & { readonly type: 'part' },
): Promise<Uint8Array | undefined> {
  const known = rendition.find(number)
  const { period } = known ?? rendition.newest ?? {}
  const isSettled = (): boolean => rendition.has(number, part) || rendition.isInterrupted
  if (isNext(rendition, number)) await door.wait(reply, rendition, isSettled, longestWait)
  const segment = rendition.find(number)
  return segment?.period === period ? segment?.parts[part]?.bytes : undefined
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
  const isAhead =
    file.type === 'time' ? newest !== undefined && file.time > newest.time : isNext(rendition, file.number)
  if (search() === undefined && isAhead) {
    const before = newest
    await door.wait(reply, rendition, () => search() !== undefined || rendition.newest !== before, longestWait)
  }
  return search()
}

/** True for what is not there yet, and comes as soon as anything comes. */
function isNext({ newest }: Rendition, number: number): boolean {
  if (newest === undefined) return false
  return newest.isComplete ? number === newest.number + 1 : number === newest.number || number === newest.number + 1
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
    if (!hasMore() && (segment.isComplete || rendition.isEnded)) return
    if (await door.wait(reply, rendition, () => hasMore() || segment.isComplete, longestWait)) continue
    throw new RequestError(503, `Cannot send segment ${segment.number}: it does not go on`)
  }
}

function missing(path: string): RequestError {
  return new RequestError(404, `Cannot send ${path}: there is no such segment, or it is there no more`)
}
