import type { FastifyRequest } from 'fastify'
import type { Milliseconds } from '../core/units.ts'
import type { SessionPeer } from './sessions.ts'

/** Who watches over HTTP, as the log, the API and events call them. */
export type ViewerIdentity = SessionPeer

/** What a request tells of its sender. */
export type RequestSender = Pick<FastifyRequest, 'headers' | 'peer'>

/** Decides about requests to play a stream that a feature serves in pieces. */
export interface PlaybackGate {
  /** Address, software and what its headers show: what tells viewers apart whose URL is the same. Holds no secret. */
  fingerprint(request: RequestSender): string
  /**
   * Resolves if the request may play the stream, whether that is there or not.
   *
   * @throws {DeniedError} Policy says no. @throws {RequestError} 400 for no name, 503 while the server drains.
   */
  admit(request: FastifyRequest, stream: string, protocol: string): Promise<ViewerIdentity>
  /**
   * Resolves when somebody publishes the stream, or has been waited for as long as the request asks for, and `atLeast`.
   *
   * @throws {RequestError} 503 while the server drains.
   */
  waitLive(request: FastifyRequest, stream: string, atLeast: Milliseconds): Promise<void>
}
