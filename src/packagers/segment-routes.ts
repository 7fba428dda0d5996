import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { credentialsSuffix } from './credentials-suffix.ts'
import { parseSegmentFile, type SegmentFile } from './file-name.ts'
import type { PackagerDoor } from './packager-door.ts'
import type { Rendition } from './rendition.ts'
import { cmafForm, tsForm } from './stream-form.ts'

type FileRequest = FastifyRequest<{ Params: { '*': string } }>

/** A piece that comes next is waited for; one that is further ahead is not. */
const longestWait: Milliseconds = 10_000
/** A name is never used again for other bytes. */
const forever = 'public, max-age=31536000, immutable'

const mediaTypes = { video: 'video/mp4', audio: 'audio/mp4', ts: 'video/mp2t' } as const

/** Initialisation segments, segments and parts: for HLS and DASH the same. */
export function segmentRoutes(door: PackagerDoor): HttpRoutes {
  return app => {
    for (const extension of ['m4s', 'segment.ts']) {
      app.route<{ Params: { '*': string } }>({
        method: 'GET',
        url: '/*',
        constraints: { extension },
        handler: (request, reply) => sendFile(door, request, reply),
      })
    }
  }
}

async function sendFile(door: PackagerDoor, request: FileRequest, reply: FastifyReply): Promise<FastifyReply> {
  const path = request.params['*']
  const slash = path.lastIndexOf('/')
  const stream = path.slice(0, Math.max(0, slash))
  const file = parseSegmentFile(path.slice(slash + 1))
  if (file === undefined) throw missing(path)
  const query = new URLSearchParams(request.url.split('?')[1])
  const session = await door.session(request, stream, 'hls', credentialsSuffix(query))
  const rendition = door.find(stream, file.rendition === 'ts' ? tsForm : cmafForm)?.find(file.rendition)
  const bytes = rendition && (await bytesOf(door, reply, rendition, file))
  if (bytes === undefined) throw missing(path)
  session.bytesSent += bytes.length
  const kind = rendition?.kind === 'audio' ? 'audio' : rendition?.kind === 'video' ? 'video' : 'ts'
  return reply.header('Cache-Control', forever).type(mediaTypes[kind]).send(bytes)
}

async function bytesOf(
  door: PackagerDoor,
  reply: FastifyReply,
  rendition: Rendition,
  file: SegmentFile,
): Promise<Uint8Array | undefined> {
  if (file.type === 'init') return rendition.initOf(file.period)
  const { number } = file
  const part = file.type === 'part' ? file.part : undefined
  if (isNext(rendition, number)) await door.wait(reply, rendition, () => rendition.has(number, part), longestWait)
  const segment = rendition.find(number)
  return part === undefined ? segment?.bytes : segment?.parts[part]?.bytes
}

/** True for what is not there yet, and comes as soon as anything comes. */
function isNext({ newest }: Rendition, number: number): boolean {
  if (newest === undefined) return false
  return newest.isComplete ? number === newest.number + 1 : number === newest.number
}

function missing(path: string): RequestError {
  return new RequestError(404, `Cannot send ${path}: there is no such segment, or it is there no more`)
}
