import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../contracts/clock.ts'
import type { PlaybackGate } from '../contracts/playback-gate.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { PackagerSet } from './packager-set.ts'
import { withPatience } from './patience.ts'
import type { Rendition } from './rendition.ts'
import type { StreamForm } from './stream-form.ts'
import type { StreamPackager } from './stream-packager.ts'
import type { ViewerSession, ViewerSessions } from './viewer-sessions.ts'

export type PackagerDoorOptions = {
  readonly packagers: PackagerSet
  readonly sessions: ViewerSessions
  readonly gate: PlaybackGate
  readonly registry: StreamRegistry
  readonly clock: Clock
}

/** A first request waits so long for the first segment. */
const firstSegmentTimeout: Milliseconds = 15_000

/** How requests get at the segments of a stream: viewers are let in, packagers started, and what is to come waited for. */
export class PackagerDoor {
  readonly #options: PackagerDoorOptions

  constructor(options: PackagerDoorOptions) {
    this.#options = options
  }

  /** @throws {DeniedError} @throws {RequestError} As the gate has it. */
  session(request: FastifyRequest, stream: string, protocol: string, credentials: string): Promise<ViewerSession> {
    return this.#options.sessions.of(request, stream, protocol, credentials)
  }

  /** True if somebody publishes a stream of that name. */
  isLive(name: string): boolean {
    return this.#options.registry.getLive(name) !== undefined
  }

  /** The packager if it runs. */
  find(name: string, form: StreamForm): StreamPackager | undefined {
    return this.#options.packagers.find(name, form)
  }

  /**
   * The packager of a stream, with a first segment: started if it does not run, and its stream waited for if the request
   * wants that.
   *
   * @throws {RequestError} 404 if nobody publishes the stream, 503 if nothing came that could be packaged.
   */
  async packager(
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    form: StreamForm,
  ): Promise<StreamPackager> {
    const packager = await this.#packagerOf(request, name, form)
    await withPatience(reply, this.#options.clock, firstSegmentTimeout, async signal => {
      while (!isReady(packager) && !packager.isEnded && !signal.aborted) await packager.changed(signal)
    })
    if (packager.renditions.length > 0) return packager
    throw new RequestError(503, `Cannot play ${name}: nothing has come yet that ${form.label} can carry`)
  }

  /** Wait until something is so, or the rendition has ended. False if `longest` is over before. */
  async wait(reply: FastifyReply, rendition: Rendition, isSo: () => boolean, longest: Milliseconds): Promise<boolean> {
    if (isSo() || rendition.isEnded) return true
    return withPatience(reply, this.#options.clock, longest, async signal => {
      while (!isSo() && !rendition.isEnded && !signal.aborted) await rendition.changed(signal)
      return isSo() || rendition.isEnded
    })
  }

  async #packagerOf(request: FastifyRequest, name: string, form: StreamForm): Promise<StreamPackager> {
    const { packagers, gate, registry } = this.#options
    const running = packagers.find(name, form)
    const live = registry.getLive(name)
    if (running !== undefined && (live === undefined || !running.isEnded)) return running
    if (live !== undefined) return packagers.open(live, form)
    await gate.waitLive(request, name)
    const stream = registry.getLive(name)
    if (stream === undefined) throw new RequestError(404, `Cannot play ${name}: nobody publishes it`)
    return packagers.open(stream, form)
  }
}

/** One complete segment says how long segments are. */
function isReady({ renditions }: StreamPackager): boolean {
  return renditions.length > 0 && renditions.every(({ segments }) => segments.some(({ isComplete }) => isComplete))
}
