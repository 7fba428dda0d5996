import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authorizer } from '../../contracts/access.ts'
import type { Participant } from '../../contracts/events.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import type { PlaySettings, SettingsSource } from '../../contracts/path-settings.ts'
import { DeniedError, RequestError } from '../../core/errors.ts'
import { participant } from '../../hub/participant.ts'
import type { Rewinder, RewindStart } from '../../hub/rewinder.ts'
import type { Stream } from '../../hub/stream.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { unreadableCodecs } from '../../hub/unreadable-codecs.ts'
import { accessRequest, denial, queryOf } from './access-request.ts'
import { binaryMessages } from './binary-frame.ts'
import { bodyChunks, lastChunk } from './body-chunk.ts'
import { carrierOf, http2StreamOf, isSecure } from './carrier.ts'
import { Http2Outlet } from './http2-outlet.ts'
import { parsePlayRequest } from './play-request.ts'
import { type PlayedFormat, playedFormats } from './played-format.ts'
import { encodePlaybackHead, playbackFields } from './response-head.ts'
import { parseRewindRequest, type RewindQuery } from './rewind-request.ts'
import { bareFraming } from './stream-framing.ts'
import { untilGone } from './until-gone.ts'
import { ViewerSink } from './viewer-sink.ts'
import type { Viewers } from './viewers.ts'

export type PlayRoutesOptions = {
  readonly playSettings: SettingsSource<PlaySettings>
  readonly registry: StreamRegistry
  readonly authorizer: Authorizer
  readonly viewers: Viewers
  /** Plays what is kept of streams, if something is. */
  readonly rewinder: Rewinder | undefined
}

/** A viewer whose stream is there. */
type Admission = {
  readonly info: PeerInfo
  readonly who: Participant
  readonly stream: Stream
  readonly format: PlayedFormat
}

type PlayQuery = { Params: { '*': string }; Querystring: RewindQuery & { readonly wait?: unknown } }

/** RFC 6455 §7.4.1. */
const goingAway = 1001
const normalClosure = 1000

/** `/NAME.flv`, `/NAME.ts` and the others, and the same over WebSocket for those who ask for an upgrade. */
export function playRoutes(options: PlayRoutesOptions): HttpRoutes {
  return app => {
    for (const format of playedFormats) addPlayRoute(app, format, options)
  }
}

function addPlayRoute(app: FastifyInstance, format: PlayedFormat, options: PlayRoutesOptions): void {
  const { playSettings, viewers } = options
  const admissions = new WeakMap<FastifyRequest, Admission>()
  const admitted = (request: FastifyRequest): Admission => {
    const admission = admissions.get(request)
    if (admission === undefined) throw new RangeError('Cannot play: no stream was looked for')
    return admission
  }
  app.route<PlayQuery>({
    method: 'GET',
    url: '/*',
    constraints: { extension: format.extension },
    // Before the handler, so that a WebSocket is refused in HTTP and not after its handshake.
    preHandler: async request => {
      admissions.set(request, await admit(format, request, options))
    },
    handler: (request, reply) => {
      const http2 = http2StreamOf(request.raw)
      if (http2 === undefined) playOverHttp(admitted(request), request, reply, viewers, playSettings)
      else playOverHttp2(admitted(request), http2, request, reply, viewers, playSettings)
    },
    wsHandler: (webSocket, request) => playOverWebSocket(admitted(request), webSocket, request, viewers, playSettings),
  })
}

/** @throws {RequestError} In the words that the viewer is told. */
async function admit(
  format: PlayedFormat,
  request: FastifyRequest<PlayQuery>,
  options: PlayRoutesOptions,
): Promise<Admission> {
  const { viewers } = options
  const { extension } = format
  const info = viewers.identify(`${request.ws ? 'ws' : 'http'}-${extension}`, request.peer)
  const who = participant(info, { url: '', query: queryOf(request.url) })
  const path = request.params['*']
  const name = path.slice(0, -`.${extension}`.length)
  try {
    const { stream, user } = await findStream(format, request, info, options)
    checkTracks(format, stream)
    return { info: user === undefined ? info : { ...info, user }, who, stream, format }
  } catch (error) {
    if (error instanceof DeniedError) viewers.deny(name, who, error.message)
    if (error instanceof RequestError) viewers.refuse(name, who, error.message)
    throw error
  }
}

/** @throws {RequestError} If the viewer would wait for ever. */
function checkTracks({ label, carries, isTrack }: PlayedFormat, stream: Stream): void {
  const codecs = unreadableCodecs(stream, carries)
  if (codecs === undefined) return
  if (isTrack) throw new RequestError(404, `Cannot play ${stream.name}: ${label} is none of its tracks (${codecs})`)
  throw new RequestError(409, `Cannot play ${stream.name}: ${label} carries none of its tracks (${codecs})`)
}

/** @throws {DeniedError} If the viewer may not play it, whether it is there or not. */
async function findStream(
  { extension }: PlayedFormat,
  request: FastifyRequest<PlayQuery>,
  info: PeerInfo,
  { registry, authorizer, viewers, playSettings, rewinder }: PlayRoutesOptions,
): Promise<{ readonly stream: Stream; readonly user: string | undefined }> {
  const { name, wait } = parsePlayRequest(request.params['*'], request.query.wait, `.${extension}`)
  const rewind = parseRewindRequest(name, request.query, info.since)
  const settings = playSettings.of(name)
  const patience = wait === undefined ? settings.wait : Math.min(wait, settings.maxWait)
  const find = (signal: AbortSignal): Promise<Stream | undefined> =>
    rewind === undefined ? registry.waitLive(name, patience, signal) : openRewind(rewinder, name, rewind, info)
  if (viewers.draining.aborted) throw shuttingDown(name)
  carrierOf(request).setTimeout(0)
  const { verdict, stream } = await untilGone(request, [viewers.draining], async signal => {
    const answer = await authorizer.authorize(accessRequest('play', name, info, request), signal)
    return { verdict: answer, stream: answer.isAllowed ? await find(signal) : undefined }
  })
  if (viewers.draining.aborted) throw shuttingDown(name)
  if (!verdict.isAllowed) throw denial(`play ${name}`, verdict)
  if (stream?.publication === undefined) throw new RequestError(404, `Cannot play ${name}: nobody publishes it`)
  return { stream, user: verdict.user }
}

function openRewind(rewinder: Rewinder | undefined, name: string, start: RewindStart, info: PeerInfo): Promise<Stream> {
  if (rewinder === undefined) throw new RequestError(404, `Cannot rewind ${name}: nothing is kept of it`)
  return rewinder.open(name, start, info)
}

function shuttingDown(name: string): RequestError {
  return new RequestError(503, `Cannot play ${name}: the server shuts down`)
}

function playOverHttp(
  { info, who, stream, format }: Admission,
  request: FastifyRequest,
  reply: FastifyReply,
  viewers: Viewers,
  playSettings: SettingsSource<PlaySettings>,
): void {
  const { socket } = reply.raw
  const isChunked = request.raw.httpVersion !== '1.0'
  const framing = isChunked ? bodyChunks : bareFraming
  const head = encodePlaybackHead(format.contentType, reply.getHeaders(), isChunked)
  reply.hijack()
  // An earlier request on this connection is not answered yet, and this answer would never end; or the client has left while
  // its stream was looked for.
  if (socket === null || socket.destroyed) return void request.raw.socket.destroy()
  // The response is over for Node, so that it need not be kept for as long as the viewer stays.
  reply.raw.detachSocket(socket)
  socket.setNoDelay(playSettings.of(stream.name).noDelay)
  socket.write(head)
  if (request.method === 'HEAD') return void socket.end()
  viewers.admit({
    info,
    stream,
    outlet: socket,
    playSettings,
    who,
    format: format.wire,
    createSink: onEnd => new ViewerSink({ ...over(socket), stream, framing, opening: format.createOpening() }, onEnd),
    sayGoodbye: () => (isChunked ? socket.end(lastChunk) : socket.end()),
  })
}

function playOverHttp2(
  { info, who, stream, format }: Admission,
  http2: ServerHttp2Stream,
  { method }: FastifyRequest,
  reply: FastifyReply,
  viewers: Viewers,
  playSettings: SettingsSource<PlaySettings>,
): void {
  const head = playbackFields(format.contentType, reply.getHeaders())
  reply.hijack()
  // The client has left while its stream was looked for.
  if (http2.destroyed) return
  http2.respond(head, { endStream: method === 'HEAD' })
  if (method === 'HEAD') return
  const outlet = new Http2Outlet(http2)
  const opening = format.createOpening()
  viewers.admit({
    info,
    stream,
    outlet,
    playSettings,
    who,
    format: format.wire,
    createSink: onEnd => new ViewerSink({ outlet, isSecure: true, stream, framing: bareFraming, opening }, onEnd),
    sayGoodbye: () => http2.end(),
  })
}

function over(socket: Socket): { readonly outlet: Socket; readonly isSecure: boolean } {
  return { outlet: socket, isSecure: isSecure(socket) }
}

function playOverWebSocket(
  { info, who, stream, format }: Admission,
  webSocket: WebSocket,
  request: FastifyRequest,
  viewers: Viewers,
  playSettings: SettingsSource<PlaySettings>,
): void {
  const socket: Socket = request.raw.socket
  socket.setNoDelay(playSettings.of(stream.name).noDelay)
  answerPings(webSocket, socket)
  viewers.admit({
    info,
    stream,
    outlet: socket,
    playSettings,
    who,
    format: format.wire,
    createSink: onEnd =>
      new ViewerSink({ ...over(socket), stream, framing: binaryMessages, opening: format.createOpening() }, onEnd),
    sayGoodbye: reason => webSocket.close(reason === 'shutdown' ? goingAway : normalClosure),
  })
}

/** Unless the peer takes nothing: answers would pile up without bound. */
function answerPings(webSocket: WebSocket, socket: Socket): void {
  webSocket.on('ping', data => {
    if (socket.writableLength === 0) webSocket.pong(data)
  })
}
