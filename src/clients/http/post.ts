import { type Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Bytes } from '../../core/units.ts'

/** What came back. */
export type HttpAnswer = {
  readonly status: number
  readonly text: string
  /** The header of that name. */
  readonly retryAfter?: string | undefined
}

export type PostOptions = {
  readonly headers?: OutgoingHttpHeaders
  readonly agent: Agent
  readonly signal: AbortSignal
}

/** Answers are short; whoever sends more has something else in mind. */
const maxAnswer: Bytes = 64 * 1024

/**
 * Post JSON and return the answer. Redirects are answers like others.
 *
 * @throws the system's error, or the reason of `signal`. Its text may show the URL.
 */
export async function postJson(url: URL, json: string, options: PostOptions): Promise<HttpAnswer> {
  const { agent, signal } = options
  const payload = Buffer.from(json, 'utf8')
  const ours = { 'content-type': 'application/json', 'content-length': payload.length, accept: 'application/json' }
  const headers = { ...ours, ...options.headers }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const request = send(url, { method: 'POST', headers, agent, signal }, resolve)
  request.on('error', reject).end(payload)
  try {
    return await readAnswer(await promise)
  } catch (error) {
    // The other side has closed an idle connection at the moment at which we used it.
    if (request.reusedSocket && !signal.aborted && isReset(error)) return postJson(url, json, options)
    throw error
  }
}

/** What an error of `postJson` says without the URL: the system's code. */
export function faultName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault'
  return 'code' in error ? String(error.code) : error.name
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxAnswer) throw new Error(`Cannot read the answer: it must have ${maxAnswer} bytes at most`)
  }
  const { statusCode: status = 0, headers } = response
  return { status, text: Buffer.concat(chunks).toString('utf8'), retryAfter: headers['retry-after'] }
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}
