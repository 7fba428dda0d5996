import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { ApiRole } from '../core/api-role.ts'
import type { RequestError } from '../core/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** As what somebody must be allowed to use this route of the API; the method says so where it is missing. */
    role?: ApiRole
  }
  interface FastifyInstance {
    /** Take requests before they are routed. Asked in the order in which they were added. */
    addShortcut(shortcut: HttpShortcut): void
  }
}

/** Routes that a feature adds to the one HTTP listener. Called once, before it listens. */
export type HttpRoutes = (app: FastifyInstance) => void | Promise<void>

/** An answer, with the headers that are its own. */
export type HttpAnswer = {
  readonly status: number
  /** Names and values in turns, without the length of the body. */
  readonly headers: readonly string[]
  /** The field of the request that it depends on. */
  readonly vary?: string
  /** Never changed. */
  readonly body: Uint8Array | string | undefined
  /** True if many are sent this very object, maybe at once: it is worth the time to make it ready for all of them. */
  readonly isShared?: boolean
}

/** A GET request that is not routed yet. */
export interface UnroutedRequest {
  /** As it came. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Address and port of the client. */
  readonly peer: string
  /** Once, unless it is refused. */
  answer(answer: HttpAnswer): void
  /** Once, unless it is answered. */
  refuse(error: RequestError): void
  /** Call back when the client goes away before it has an answer, until the function that this returns is called. */
  onGone(callback: () => void): () => void
}

/**
 * Answers what is asked for so often that its way through routes would cost more than the answer: now or, where it takes
 * the request and waits, later. False for what it leaves to routes.
 */
export type HttpShortcut = (request: UnroutedRequest) => boolean
