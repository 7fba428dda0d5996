import type { Timer } from '../../contracts/clock.ts'
import type { PublishSettings, SettingsSource } from '../../contracts/path-settings.ts'
import type { RelayStatus, Relays } from '../../contracts/relays.ts'
import type { Milliseconds } from '../../core/units.ts'
import { isStreamName } from '../../hub/stream-name.ts'
import { isViewer } from '../../hub/subscriber.ts'
import type { UrlTemplate } from '../url-template.ts'
import type { PullInput } from './pull-input.ts'
import { type PullContext, PullSource } from './pull-source.ts'
import type { PullUrl } from './pull-url.ts'

/** Where the stream of a name comes from. */
export type PullSettings = {
  readonly pull: UrlTemplate<PullUrl> | undefined
  readonly pullOnDemand: boolean
  readonly pullLinger: Milliseconds
}

export type PullRelayOptions = PullContext & {
  readonly settings: SettingsSource<PullSettings>
  readonly publishSettings: SettingsSource<PublishSettings>
  readonly createInput: (url: PullUrl) => PullInput
  /** How long a player waits for a stream that is pulled for it. */
  readonly startTimeout: Milliseconds
}

/** A stream that is pulled for its players, and until when if none comes. */
type Demand = { readonly source: PullSource; neededUntil: Milliseconds }

const sweepMs: Milliseconds = 1000

/** Brings streams from other servers: some always, others while somebody plays them. */
export class PullRelay implements Relays {
  readonly #options: PullRelayOptions
  readonly #always: PullSource[] = []
  readonly #onDemand = new Map<string, Demand>()
  #sweepTimer: Timer | undefined
  #lastId = 0
  #isOpen = true

  constructor(options: PullRelayOptions) {
    this.#options = options
    options.registry.observe({ onWanted: name => this.#onWanted(name) })
  }

  /** Begin to pull streams that are wanted always. */
  open(names: readonly string[]): void {
    for (const name of names) {
      const source = this.#source(name)
      if (source === undefined) continue
      this.#always.push(source)
      void source.run()
    }
    this.#sweep()
  }

  list(): readonly RelayStatus[] {
    const demanded = [...this.#onDemand.values()].map(({ source }) => source)
    return [...this.#always, ...demanded].map(({ status }) => status)
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false
    this.#sweepTimer?.cancel()
    const demanded = [...this.#onDemand.values()].map(({ source }) => source)
    await Promise.all([...this.#always, ...demanded].map(source => source.close()))
  }

  #onWanted(name: string): Milliseconds {
    const { pull, pullOnDemand, pullLinger } = this.#options.settings.of(name)
    // A name becomes part of a URL, or of a path: one that is none may not.
    if (!this.#isOpen || pull === undefined || !pullOnDemand || !isStreamName(name)) return 0
    const { clock, startTimeout } = this.#options
    const known = this.#onDemand.get(name)
    const demand = known === undefined || known.source.hasEnded ? this.#begin(name) : known
    if (demand !== undefined) demand.neededUntil = clock.now() + Math.max(startTimeout, pullLinger)
    return startTimeout
  }

  #begin(name: string): Demand | undefined {
    const source = this.#source(name)
    if (source === undefined) return undefined
    const demand = { source, neededUntil: 0 }
    this.#onDemand.set(name, demand)
    void source.run()
    return demand
  }

  #source(name: string): PullSource | undefined {
    const { settings, publishSettings, createInput } = this.#options
    const url = settings.of(name).pull?.urlFor(name)
    if (url === undefined) return undefined
    this.#lastId++
    const [id, input] = [`pull-${this.#lastId}`, createInput(url)]
    return new PullSource({ id, name, shown: url.shown, input, settings: publishSettings.of(name) }, this.#options)
  }

  /** Let go of the streams that nobody has played for a while. */
  #sweep(): void {
    const { registry, clock, settings } = this.#options
    const now = clock.now()
    for (const [name, demand] of this.#onDemand) {
      const hasViewers = [...(registry.get(name)?.subscribers ?? [])].some(isViewer)
      if (hasViewers) demand.neededUntil = now + settings.of(name).pullLinger
      if (now < demand.neededUntil) continue
      this.#onDemand.delete(name)
      void demand.source.close()
    }
    if (this.#isOpen) this.#sweepTimer = clock.after(sweepMs, () => this.#sweep())
  }
}
