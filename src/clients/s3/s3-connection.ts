import { createHash } from 'node:crypto'
import { ConnectionError, ServerError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { socketReason } from '../socket-reason.ts'
import { refusedByS3 } from './s3-failure.ts'

export type S3ConnectionOptions = {
  /** Host and bucket, for people. */
  readonly place: string
  /** For one request and its whole answer. */
  readonly timeout: Milliseconds
}

/** Sends requests that are signed, checks what was taken, and says in words what failed. */
export class S3Connection {
  readonly #options: S3ConnectionOptions
  readonly #closed = new AbortController()

  constructor(options: S3ConnectionOptions) {
    this.#options = options
  }

  /** As `fetch`, but an answer that is no success is an error. @throws {RefusedError} @throws {ConnectionError} */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(this.#options.timeout)])
    const digest = init.method === 'PUT' && init.body instanceof Uint8Array ? md5(init.body) : undefined
    const headers = new Headers(init.headers)
    if (digest !== undefined) headers.set('content-md5', digest.toString('base64'))
    const response = await this.attempt(fetch(input, { ...init, headers, signal, redirect: 'manual' }))
    if (response.ok) return digest === undefined ? response : this.#checked(response, digest)
    const body = await this.attempt(response.text())
    const refusal = { status: response.status, body, date: response.headers.get('date') }
    throw refusedByS3(this.#what, refusal, new Date())
  }

  /** Wait for a part of an answer. @throws {ConnectionError} */
  async attempt<Value>(work: Promise<Value>): Promise<Value> {
    try {
      return await work
    } catch (error) {
      if (error instanceof ServerError) throw error
      throw new ConnectionError(`${this.#what}: ${reasonOf(error)}`)
    }
  }

  /** What an answer says. @throws {ConnectionError} */
  async textOf(response: Promise<Response>): Promise<string> {
    return this.attempt((await response).text())
  }

  /** Something is not as it must be. */
  fault(reason: string): ConnectionError {
    return new ConnectionError(`${this.#what}: ${reason}`)
  }

  /** Break off what is going on. Idempotent. */
  close(): void {
    this.#closed.abort()
  }

  get #what(): string {
    return `Cannot use ${this.#options.place}`
  }

  /** Where the tag is the MD5 of what came, which it is not if the store encrypts it, it must be that of what was sent. */
  #checked(response: Response, sent: Buffer): Response {
    const tag = /^"?([0-9a-f]{32})"?$/i.exec(response.headers.get('etag') ?? '')?.[1]
    const encryption = response.headers.get('x-amz-server-side-encryption') ?? 'AES256'
    const isDigest = encryption === 'AES256' && !response.headers.has('x-amz-server-side-encryption-customer-algorithm')
    if (tag !== undefined && isDigest && tag.toLowerCase() !== sent.toString('hex')) {
      throw this.fault('what came there is not what was sent')
    }
    return response
  }
}

export function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest()
}

/** `fetch` tells what happened to its socket as a cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'it takes too long'
  if (error.name === 'AbortError') return 'the server stops'
  if (!(error.cause instanceof Error)) return error.message
  const { code } = error.cause as NodeJS.ErrnoException
  return code === 'UND_ERR_SOCKET' ? 'the answer was broken off' : socketReason(error.cause)
}
