import type { SettingsSource } from '../../contracts/path-settings.ts'
import type { RelayStatus, Relays } from '../../contracts/relays.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { UrlTemplate } from '../url-template.ts'
import { DestinationNumbers } from './destination-numbers.ts'
import { type PushContext, PushDestination } from './push-destination.ts'
import type { PushUrl } from './push-url.ts'

/** Where the stream of a name is sent on to. */
export type PushSettings = { readonly push: readonly UrlTemplate<PushUrl>[] }

export type PushRelayOptions = PushContext & {
  readonly registry: StreamRegistry
  readonly settings: SettingsSource<PushSettings>
  /** All destinations of the configuration, in its order. */
  readonly configured: () => readonly UrlTemplate<PushUrl>[]
}

/** A place that a stream is sent on to, and how it was written. */
type Push = { readonly template: UrlTemplate<PushUrl>; readonly destination: PushDestination }

/**
 * Sends every stream on to its destinations for as long as it is live. A URL that is the same for all streams is the
 * first one's; the others wait until it is free.
 */
export class PushRelay implements Relays {
  readonly #options: PushRelayOptions
  readonly #pushes = new Map<string, Push>()
  /** The stream that has a URL which is the same for all, by the URL's text. */
  readonly #holders = new Map<string, string>()
  readonly #numbers = new DestinationNumbers()
  readonly #startedAt: Milliseconds
  #lastId = 0
  #isOpen = true

  constructor(options: PushRelayOptions) {
    this.#options = options
    this.#startedAt = options.clock.wall()
    this.#numbers.add(options.configured())
    options.registry.observe({ onLive: stream => this.#onLive(stream), onIdle: stream => this.#onIdle(stream) })
  }

  list(): readonly RelayStatus[] {
    return [...[...this.#pushes.values()].map(({ destination }) => destination.status), ...this.#unused()]
  }

  /** The configuration has changed: what is no longer asked for ends, what is new begins. */
  applySettings(): void {
    const { registry, settings, configured } = this.#options
    this.#numbers.add(configured())
    for (const push of this.#pushes.values()) {
      const wanted = settings.of(push.destination.stream.name).push
      if (!wanted.some(({ text }) => text === push.template.text)) this.#end(push)
    }
    for (const stream of registry.streams) if (stream.publication !== undefined) this.#onLive(stream)
  }

  /** End all politely. Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false
    await Promise.all([...this.#pushes.values()].map(({ destination }) => destination.close()))
  }

  #onLive(stream: Stream): void {
    if (!this.#isOpen) return
    for (const template of this.#options.settings.of(stream.name).push) {
      const key = keyOf(template, stream)
      if (this.#pushes.has(key)) continue
      this.#lastId++
      const [id, url] = [`relay-${this.#lastId}`, template.urlFor(stream.name)]
      const number = this.#numbers.of(template)
      const destination = new PushDestination({ id, stream, url, destination: number }, this.#options)
      const push = { template, destination }
      this.#pushes.set(key, push)
      this.#start(push)
    }
  }

  #start(push: Push): void {
    const { template, destination } = push
    const { name } = destination.stream
    const holder = template.servesAll ? undefined : this.#holders.get(template.text)
    if (holder !== undefined) {
      destination.setOccupied(`Cannot send ${name} on: the destination takes one stream, is in use by ${holder}`)
      this.#options.log.warn('RELAY_OCCUPIED', 'The destination is in use by another stream', {
        ...{ stream: name, url: template.shown, destination: this.#numbers.of(template), holder },
      })
      return
    }
    if (!template.servesAll) this.#holders.set(template.text, name)
    void destination.run().then(() => this.#onDone(push))
  }

  #onDone(push: Push): void {
    const { template, destination } = push
    this.#forget(push)
    if (!this.#isOpen) return
    const { registry } = this.#options
    if (!template.servesAll) {
      this.#holders.delete(template.text)
      const next = [...this.#pushes.values()].find(other => other.template.text === template.text)
      if (next !== undefined) this.#start(next)
    }
    // The publisher may have come back while we said goodbye.
    const live = registry.getLive(destination.stream.name)
    if (live !== undefined) this.#onLive(live)
  }

  /** What sends now waits with the players for the publisher's return; what does not has nothing to wait for. */
  #onIdle(stream: Stream): void {
    for (const push of this.#pushes.values()) {
      if (push.destination.stream === stream && push.destination.state !== 'sending') this.#end(push)
    }
  }

  #end(push: Push): void {
    void push.destination.close()
    this.#forget(push)
  }

  #forget(push: Push): void {
    const key = keyOf(push.template, push.destination.stream)
    if (this.#pushes.get(key) === push) this.#pushes.delete(key)
  }

  /** URLs for all streams that none uses. */
  #unused(): readonly RelayStatus[] {
    const used = new Set([...this.#pushes.values()].map(({ template }) => template.text))
    return this.#options.settings.general.push
      .filter(({ text }) => !used.has(text))
      .map(template => ({
        ...{
          direction: 'push',
          stream: undefined,
          url: template.shown,
          destination: this.#numbers.of(template),
          state: 'idle',
          since: this.#startedAt,
        },
        ...{ lastError: undefined, failures: 0, retryIn: undefined, bytes: 0, framesDropped: 0, tracksLeftOut: [] },
      }))
  }
}

function keyOf({ text }: UrlTemplate<PushUrl>, { name }: Stream): string {
  return `${text}\n${name}`
}
