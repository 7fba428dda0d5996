import { Http2ServerRequest, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** What carries a request and its answer, and closes when the client is gone: a connection, or a stream of HTTP/2. */
export type Carrier = Socket | ServerHttp2Stream

export function carrierOf({ raw }: Pick<FastifyRequest, 'raw'>): Carrier {
  return http2StreamOf(raw) ?? raw.socket
}

/** The stream of a request over HTTP/2, which Fastify's types do not know of beside HTTP/1.1. */
export function http2StreamOf(raw: object): ServerHttp2Stream | undefined {
  return raw instanceof Http2ServerRequest ? raw.stream : undefined
}

/** True for a connection over TLS, also where it is seen through a request over HTTP/2. */
export function isSecure(socket: Socket): boolean {
  return 'encrypted' in socket
}
