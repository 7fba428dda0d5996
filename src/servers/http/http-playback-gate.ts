import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Authorizer } from '../../contracts/access.ts'
import type { PlaySettings, SettingsSource } from '../../contracts/path-settings.ts'
import type { PlaybackGate, RequestSender, ViewerIdentity } from '../../contracts/playback-gate.ts'
import { type DeniedError, RequestError } from '../../core/errors.ts'
import { splitPeer } from '../../core/peer-address.ts'
import type { Milliseconds } from '../../core/units.ts'
import { participant } from '../../hub/participant.ts'
import { isStreamName } from '../../hub/stream-name.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import { accessRequest, denial, queryOf } from './access-request.ts'
import { parseWait } from './play-request.ts'
import { untilGone } from './until-gone.ts'
import type { Viewers } from './viewers.ts'

export type PlaybackGateOptions = {
  readonly playSettings: SettingsSource<PlaySettings>
  readonly registry: StreamRegistry
  readonly authorizer: Authorizer
  readonly viewers: Viewers
}

/** As much of the name of a client's software tells viewers apart. */
const longestSoftware = 200

/** Lets requests in that play a stream piece by piece. */
export class HttpPlaybackGate implements PlaybackGate {
  readonly #options: PlaybackGateOptions

  constructor(options: PlaybackGateOptions) {
    this.#options = options
  }

  fingerprint({ peer, headers }: RequestSender): string {
    const { address } = splitPeer(peer)
    const software = headers['user-agent']?.slice(0, longestSoftware) ?? ''
    return `${address} ${digestOf(headers.authorization)} ${software}`
  }

  async admit(request: FastifyRequest, stream: string, protocol: string): Promise<ViewerIdentity> {
    const { authorizer, viewers } = this.#options
    if (!isStreamName(stream)) {
      throw new RequestError(400, 'Cannot play this stream: 1 to 8 segments of A-Z a-z 0-9 _ . ~ - make a name')
    }
    if (viewers.draining.aborted) throw shuttingDown(stream)
    const identity = viewers.identify(protocol, request.peer)
    const verdict = await untilGone(request, [viewers.draining], signal =>
      authorizer.authorize(accessRequest('play', stream, identity, request), signal),
    )
    if (verdict.isAllowed) return verdict.user === undefined ? identity : { ...identity, user: verdict.user }
    const error: DeniedError = denial(`play ${stream}`, verdict)
    viewers.deny(stream, participant(identity, { url: '', query: queryOf(request.url) }), error.message)
    throw error
  }

  async waitLive(request: FastifyRequest, stream: string, atLeast: Milliseconds): Promise<void> {
    const { registry, playSettings, viewers } = this.#options
    const { wait, maxWait } = playSettings.of(stream)
    const asked = new URLSearchParams(queryOf(request.url)).get('wait')
    const wanted = asked === null ? wait : Math.min(parseWait(stream, asked), maxWait)
    const patience = Math.max(wanted, atLeast)
    await untilGone(request, [viewers.draining], signal => registry.waitLive(stream, patience, signal))
    if (viewers.draining.aborted) throw shuttingDown(stream)
  }
}

function shuttingDown(stream: string): RequestError {
  return new RequestError(503, `Cannot play ${stream}: the server shuts down`)
}

/** Tells credentials apart without keeping them. */
function digestOf(authorization: string | undefined): string {
  return authorization === undefined ? '' : createHash('sha256').update(authorization).digest('base64')
}
