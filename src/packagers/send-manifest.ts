import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ContentCoding, Manifest } from './manifest.ts'

export type ManifestAnswer = {
  readonly mediaType: string
  /** Seconds for which a cache may answer in our place. */
  readonly maxAge: number
  /** What follows each file name; empty without credentials. */
  readonly suffix: string
}

/**
 * Answer with a manifest. It says nothing about cookies or viewers, so that caches may share it; a cache keeps what was
 * asked for with an `Authorization` header to itself (RFC 9111 §3.5).
 *
 * @returns The bytes of the body.
 */
export function sendManifest(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  manifest: Manifest,
  { mediaType, maxAge, suffix }: ManifestAnswer,
): number {
  reply.header('Cache-Control', `max-age=${maxAge}`).header('ETag', manifest.etag)
  addVary(reply, 'Accept-Encoding')
  if (isKnown(headers['if-none-match'], manifest.etag)) {
    reply.code(304).send()
    return 0
  }
  // What only one viewer asks for is not worth the time to compress it.
  const coding = suffix === '' ? acceptedCoding(headers['accept-encoding']) : undefined
  const body = coding === undefined ? manifest.text(suffix) : manifest.encoded(coding)
  if (coding !== undefined) reply.header('Content-Encoding', coding)
  reply.type(mediaType).send(body)
  return Buffer.byteLength(body)
}

/**
 * Seconds for which a cache may answer with a manifest. One that was waited for will never be older than what its URL asks
 * for; any other is stale soon.
 *
 * @see RFC 8216bis Appendix B.1
 */
export function cacheTime(targetDuration: number, wasWaitedFor = false): number {
  return wasWaitedFor ? 6 * targetDuration : Math.max(1, Math.floor(targetDuration / 2))
}

/** Weak comparison: RFC 9110 §13.1.2. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const opaque = etag.replace(/^W\//, '')
  return ifNoneMatch.split(',').some(entry => entry.trim() === '*' || entry.trim().replace(/^W\//, '') === opaque)
}

/** The coding that the client takes and that is shortest, if it takes any. Source: RFC 9110 §12.5.3. */
export function acceptedCoding(acceptEncoding: string | undefined): ContentCoding | undefined {
  if (acceptEncoding === undefined) return undefined
  const weights = new Map(acceptEncoding.toLowerCase().split(',').map(readWeight))
  const accepts = (coding: ContentCoding): boolean => (weights.get(coding) ?? weights.get('*') ?? 0) > 0
  return (['br', 'gzip'] as const).find(accepts)
}

function readWeight(entry: string): readonly [coding: string, weight: number] {
  const [coding = '', ...parameters] = entry.split(';').map(part => part.trim())
  const weight = parameters.find(parameter => parameter.startsWith('q='))
  return [coding, weight === undefined ? 1 : Number(weight.slice(2))]
}

function addVary(reply: FastifyReply, field: string): void {
  const before = reply.getHeader('Vary')
  reply.header('Vary', before === undefined ? field : `${String(before)}, ${field}`)
}
