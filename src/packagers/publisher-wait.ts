import type { FastifyRequest } from 'fastify'
import type { Clock } from '../contracts/clock.ts'
import type { SettingsSource } from '../contracts/path-settings.ts'
import type { PlaybackGate } from '../contracts/playback-gate.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { PackagerSettings } from './config.ts'

export type PublisherWaitOptions = {
  readonly gate: PlaybackGate
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly settings: SettingsSource<PackagerSettings>
}

/** Less than the ten seconds that players wait for the first byte of an answer. */
const longestWait: Milliseconds = 8000
/** Requests that wait at a time because the server was started; others are told to come again. */
const mostWaiting = 10_000

/**
 * How requests wait for a publisher. A server that was started a moment ago cannot know which streams there are: its
 * players are back before their publishers, and would give up if they were told that there is no such stream.
 */
export class PublisherWait {
  readonly #options: PublisherWaitOptions
  readonly #startedAt: Milliseconds
  #waiting = 0

  /** When the server starts. */
  constructor(options: PublisherWaitOptions) {
    this.#options = options
    this.#startedAt = options.clock.now()
  }

  /** True as long as it may be that a stream that is not there was there before the server was started. */
  isEarly(name: string): boolean {
    return this.#graceLeft(name) > 0
  }

  /**
   * Resolves to the stream when somebody publishes it.
   *
   * @throws {RequestError} 404 if nobody does, 503 if that may change soon or the server drains.
   */
  async untilLive(request: FastifyRequest, name: string): Promise<Stream> {
    const { gate, registry } = this.#options
    const grace = this.#waiting < mostWaiting ? Math.min(longestWait, this.#graceLeft(name)) : 0
    this.#waiting++
    try {
      await gate.waitLive(request, name, grace)
    } finally {
      this.#waiting--
    }
    const stream = registry.getLive(name)
    if (stream !== undefined) return stream
    if (this.isEarly(name)) {
      throw new RequestError(503, `Cannot play ${name}: nobody publishes it yet, and the server has just started`)
    }
    throw new RequestError(404, `Cannot play ${name}: nobody publishes it`)
  }

  #graceLeft(name: string): Milliseconds {
    const { clock, settings } = this.#options
    return Math.max(0, settings.of(name).startGrace - (clock.now() - this.#startedAt))
  }
}
