import type { IncomingHttpHeaders } from 'node:http'
import type { HttpAnswer } from '../contracts/http-routes.ts'
import type { ContentCoding, Manifest } from './manifest.ts'

export type ManifestAnswerOptions = {
  readonly mediaType: string
  /** Seconds for which a cache may answer in our place. */
  readonly maxAge: number
  /** What follows each file name; empty without credentials. */
  readonly suffix: string
}

const vary = 'Accept-Encoding'

/**
 * A manifest as an answer. It says nothing about cookies or viewers, so that caches may share it; a cache keeps what was
 * asked for with an `Authorization` header to itself (RFC 9111 §3.5).
 */
export function manifestAnswer(
  headers: IncomingHttpHeaders,
  manifest: Manifest,
  { mediaType, maxAge, suffix }: ManifestAnswerOptions,
): HttpAnswer {
  const ifNoneMatch = headers['if-none-match']
  if (ifNoneMatch !== undefined && isKnown(ifNoneMatch, manifest.etag)) {
    return { status: 304, headers: cachingFields(manifest, maxAge), vary, body: undefined }
  }
  // What only one viewer asks for is not worth the time to compress it.
  if (suffix !== '') {
    return { status: 200, headers: fieldsOf(manifest, maxAge, mediaType), vary, body: manifest.text(suffix) }
  }
  const coding = acceptedCoding(headers['accept-encoding'])
  return manifest.answerOnce(coding, maxAge, () => {
    const encoding = coding === undefined ? [] : ['Content-Encoding', coding]
    const fields = [...fieldsOf(manifest, maxAge, mediaType), ...encoding]
    return { status: 200, headers: fields, vary, body: manifest.encoded(coding), isShared: true }
  })
}

/** The same for a list that may be long: it is compressed on another thread. */
export async function longManifestAnswer(
  headers: IncomingHttpHeaders,
  manifest: Manifest,
  options: ManifestAnswerOptions,
): Promise<HttpAnswer> {
  if (options.suffix === '') await manifest.prepare(acceptedCoding(headers['accept-encoding']))
  return manifestAnswer(headers, manifest, options)
}

function fieldsOf(manifest: Manifest, maxAge: number, mediaType: string): string[] {
  return [...cachingFields(manifest, maxAge), 'Content-Type', mediaType]
}

function cachingFields({ etag }: Manifest, maxAge: number): string[] {
  return ['Cache-Control', `max-age=${maxAge}`, 'ETag', etag]
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
export function isKnown(ifNoneMatch: string, etag: string): boolean {
  const opaque = etag.replace(/^W\//, '')
  return ifNoneMatch.split(',').some(entry => entry.trim() === '*' || entry.trim().replace(/^W\//, '') === opaque)
}

/** The last header that was read, and what it says: most players say the same as the one before. */
let lastRead: { readonly header: string; readonly coding: ContentCoding | undefined } | undefined

/** The coding that the client takes and that is shortest, if it takes any. Source: RFC 9110 §12.5.3. */
export function acceptedCoding(acceptEncoding: string | undefined): ContentCoding | undefined {
  if (acceptEncoding === undefined) return undefined
  if (lastRead?.header !== acceptEncoding) lastRead = { header: acceptEncoding, coding: readCoding(acceptEncoding) }
  return lastRead.coding
}

function readCoding(acceptEncoding: string): ContentCoding | undefined {
  const weights = new Map(acceptEncoding.toLowerCase().split(',').map(readWeight))
  const accepts = (coding: ContentCoding): boolean => (weights.get(coding) ?? weights.get('*') ?? 0) > 0
  return (['br', 'gzip'] as const).find(accepts)
}

function readWeight(entry: string): readonly [coding: string, weight: number] {
  const [coding = '', ...parameters] = entry.split(';').map(part => part.trim())
  const weight = parameters.find(parameter => parameter.startsWith('q='))
  return [coding, weight === undefined ? 1 : Number(weight.slice(2))]
}
