import { type Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest, type Agent as SecureAgent } from 'node:https'
import { ConnectionError, RefusedError } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { socketReason } from './socket-reason.ts'
import { type TlsFiles, tlsElsewhere, tlsOptions } from './tls-files.ts'

export type MediaResponseOptions = {
  /** For the head of the answer, redirects included. */
  readonly connectTimeout?: Milliseconds
  /** Certificates (PEM) that are trusted beside those of the system. */
  readonly ca?: string | undefined
  /** Of the host of the URL; of others that we are sent to, only what is trusted. */
  readonly tls?: TlsFiles | undefined
  /** Address of this machine that we connect from. */
  readonly localAddress?: string | undefined
  /** Sent along, but to no other host that we are sent to. */
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Connections that are used again; none for what never ends. */
export type HttpAgents = { readonly plain: Agent; readonly secure: SecureAgent }

export type ResourceOptions = MediaResponseOptions & {
  readonly agents?: HttpAgents
  /** Bytes to ask for; `undefined` for all. */
  readonly range?: { readonly offset: Bytes; readonly length: Bytes } | undefined
}

/** An answer before its body, and where it came from in the end. */
export type OpenResource = { readonly response: IncomingMessage; readonly url: URL }

const usualTimeout: Milliseconds = 10_000
const maxRedirects = 5
const redirects = new Set([301, 302, 303, 307, 308])

/**
 * Ask for a stream without end, and return the answer before its body. The connection ends when `signal` aborts.
 *
 * @param shown The URL without secrets.
 * @throws {RefusedError} If the answer is no 200.
 * @throws {ConnectionError} Also if there are too many redirects.
 * @throws {FileError} If there are no certificates where they should be.
 */
export async function openMediaResponse(
  url: URL,
  shown: string,
  options: MediaResponseOptions,
): Promise<IncomingMessage> {
  return (await openResource(url, shown, options)).response
}

/**
 * The same for what has an end. Credentials in the URL are told as HTTP has them, and not to another host that we are sent
 * to.
 *
 * @throws {RefusedError} If the answer is no 200; with a range, no 206.
 * @throws {ConnectionError} Also if there are too many redirects.
 */
export async function openResource(url: URL, shown: string, options: ResourceOptions): Promise<OpenResource> {
  const deadline = AbortSignal.timeout(options.connectTimeout ?? usualTimeout)
  const wanted = options.range === undefined ? 200 : 206
  let target = url
  const { host } = url
  for (let redirected = 0; redirected <= maxRedirects; redirected++) {
    const response = await answerOf(target, shown, target.host === host ? options : forOthers(options), deadline)
    const { statusCode = 0, headers } = response
    if (statusCode === wanted) return { response, url: target }
    response.destroy()
    if (wanted === 206 && statusCode === 200) {
      throw new RefusedError('HTTP 200', `Cannot get ${shown}: it does not send parts of files`)
    }
    const next = redirects.has(statusCode) ? URL.parse(headers.location ?? '', target.href) : null
    if (next === null) throw new RefusedError(`HTTP ${statusCode}`, `Cannot get ${shown}: the answer is ${statusCode}`)
    target = withCredentials(next, target)
  }
  throw new ConnectionError(`Cannot get ${shown}: it leads to more than ${maxRedirects} other addresses`)
}

/** What is for the host of a URL alone is not for others. */
export function forOthers<Options extends MediaResponseOptions>(options: Options): Options {
  return { ...options, headers: {}, tls: tlsElsewhere(options.tls) }
}

function withCredentials(next: URL, { host, username, password }: URL): URL {
  if (next.host === host) Object.assign(next, { username, password })
  return next
}

async function answerOf(
  url: URL,
  shown: string,
  { ca, tls, localAddress, headers: wanted, signal, agents, range }: ResourceOptions,
  deadline: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const headers = { accept: '*/*', ...wanted, ...(range !== undefined && { range: rangeHeader(range) }) }
  const from = localAddress === undefined ? {} : { localAddress }
  const options: RequestOptions = { headers, agent: agentFor(url, agents), signal, ...from }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ConnectionError(`Cannot get ${shown}: it leads to an address that is not of HTTP`)
  }
  const isSecure = url.protocol === 'https:'
  const server = isSecure ? await tlsOptions(ca, tls) : {}
  const request = isSecure ? httpsRequest(url, { ...options, ...server }) : httpRequest(url, options)
  const giveUp = (): void => void request.destroy(new Error('it took too long'))
  deadline.addEventListener('abort', giveUp)
  request.on('response', resolve).on('error', reject).end()
  try {
    return await promise
  } catch (error) {
    const reason = error instanceof Error ? socketReason(error) : String(error)
    throw new ConnectionError(`Cannot get ${shown}: ${reason}`)
  } finally {
    deadline.removeEventListener('abort', giveUp)
  }
}

function agentFor({ protocol }: URL, agents: HttpAgents | undefined): Agent | false {
  if (agents === undefined) return false
  return protocol === 'https:' ? agents.secure : agents.plain
}

/** @see RFC 9110 §14.1.2 */
function rangeHeader({ offset, length }: NonNullable<ResourceOptions['range']>): string {
  return `bytes=${offset}-${offset + length - 1}`
}
