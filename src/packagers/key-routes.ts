import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { NumberRange } from '../contracts/segments.ts'
import { RequestError } from '../core/errors.ts'
import { credentialsOf } from './credentials-suffix.ts'
import { parseKeyFile } from './file-name.ts'
import type { PackagerDoor } from './packager-door.ts'
import { mostSegmentsPerKey, type SegmentEncryption } from './segment-encryption.ts'
import type { KeyName } from './segment-keys.ts'

export type KeyRoutesOptions = { readonly door: PackagerDoor; readonly encryption: SegmentEncryption }

type KeyRequest = FastifyRequest<{ Params: { '*': string } }>

/** Keys of encrypted segments, for those who may play them. Source: RFC 8216bis §6.2.3. */
export function keyRoutes(options: KeyRoutesOptions): HttpRoutes {
  return app => {
    app.route<{ Params: { '*': string } }>({
      method: 'GET',
      url: '/*',
      constraints: { extension: 'key' },
      handler: (request, reply) => sendKey(options, request, reply),
    })
  }
}

async function sendKey(
  { door, encryption }: KeyRoutesOptions,
  request: KeyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = request.params['*']
  const slash = path.lastIndexOf('/')
  const stream = path.slice(0, Math.max(0, slash))
  const name = parseKeyFile(path.slice(slash + 1))
  if (name === undefined) throw missing(path)
  const visit = { request, stream, protocol: 'hls', credentials: credentialsOf(request) }
  const { session, numbers } = await door.enterKeys(visit)
  const key = isInUse(name, numbers) ? encryption.keyOf(stream, name) : undefined
  if (key === undefined) throw missing(path)
  session.bytesSent += key.length
  return reply.header('Cache-Control', 'no-store').type('application/octet-stream').send(key)
}

/** True if there may be a segment that needs it. What comes only later opens to those who may play it then. */
function isInUse({ from }: KeyName, { first, last }: NumberRange): boolean {
  return from <= last && from > first - mostSegmentsPerKey
}

function missing(path: string): RequestError {
  return new RequestError(404, `Cannot send ${path}: there is no such key, or no segment that needs it`)
}
