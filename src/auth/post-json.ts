import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Bytes } from '../core/units.ts'
import type { CallbackAnswer } from './callback-form.ts'

/** A verdict is short; whoever sends more has something else in mind. */
const maxAnswer: Bytes = 64 * 1024

/**
 * Post `body` and return the answer. Redirects are answers like others.
 *
 * @throws the system's error, or the reason of `signal`. Its text may show the URL.
 */
export async function postJson(url: URL, body: unknown, agent: Agent, signal: AbortSignal): Promise<CallbackAnswer> {
  const payload = Buffer.from(JSON.stringify(body), 'utf8')
  const headers = { 'content-type': 'application/json', 'content-length': payload.length, accept: 'application/json' }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const request = send(url, { method: 'POST', headers, agent, signal }, resolve)
  request.on('error', reject).end(payload)
  try {
    return await readAnswer(await promise)
  } catch (error) {
    // The other side has closed an idle connection at the moment at which we used it.
    if (request.reusedSocket && !signal.aborted && isReset(error)) return postJson(url, body, agent, signal)
    throw error
  }
}

async function readAnswer(response: IncomingMessage): Promise<CallbackAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxAnswer) throw new Error(`Cannot read the answer: it must have ${maxAnswer} bytes at most`)
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}
