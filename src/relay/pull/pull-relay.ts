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
  readonly startTimeout: () => Milliseconds
}

/** One stream that is pulled. */
type Pull = {
  readonly source: PullSource
  /** Where it comes from, as it was written. */
  readonly text: string
  /** When it ends if no player comes; nobody asks where it is wanted always. */
  neededUntil: Milliseconds
}

const sweepMs: Milliseconds = 1000

/** Brings streams from other servers: some always, others while somebody plays them. */
export class PullRelay implements Relays {
  readonly #options: PullRelayOptions
  /** Names of streams that are wanted without being asked for. */
  #always: ReadonlySet<string> = new Set()
  readonly #pulls = new Map<string, Pull>()
  #sweepTimer: Timer | undefined
  #lastId = 0
  #isOpen = true

  constructor(options: PullRelayOptions) {
    this.#options = options
    options.registry.observe({ onWanted: name => this.#onWanted(name) })
  }

  /** Begin to pull streams that are wanted always. */
  open(always: readonly string[]): void {
    this.#always = new Set(always)
    this.#beginAlways()
    this.#sweep()
  }

  /** The configuration has changed: what comes from elsewhere now is pulled from there, what is new begins. */
  applySettings(always: readonly string[]): void {
    const { settings } = this.#options
    this.#always = new Set(always)
    for (const [name, pull] of this.#pulls) {
      if (settings.of(name).pull?.text !== pull.text) this.#replace(name, pull)
    }
    this.#beginAlways()
  }

  list(): readonly RelayStatus[] {
    return [...this.#pulls.values()].map(({ source }) => source.status)
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false
    this.#sweepTimer?.cancel()
    await Promise.all([...this.#pulls.values()].map(({ source }) => source.close()))
  }

  #onWanted(name: string): Milliseconds {
    const { pull, pullOnDemand, pullLinger } = this.#options.settings.of(name)
    // A name becomes part of a URL, or of a path: one that is none may not.
    if (!this.#isOpen || pull === undefined || !pullOnDemand || !isStreamName(name)) return 0
    const startTimeout = this.#options.startTimeout()
    const known = this.#pulls.get(name)
    const wanted = known === undefined || known.source.hasEnded ? this.#begin(name) : known
    if (wanted !== undefined) wanted.neededUntil = this.#options.clock.now() + Math.max(startTimeout, pullLinger)
    return startTimeout
  }

  #beginAlways(): void {
    for (const name of this.#always) if (!this.#pulls.has(name)) this.#begin(name)
  }

  /** @param before What is to be over first, so that the name is free. */
  #begin(name: string, before = Promise.resolve()): Pull | undefined {
    const { pull: template } = this.#options.settings.of(name)
    if (!this.#isOpen || template === undefined) return undefined
    const pull = { source: this.#source(name, template), text: template.text, neededUntil: 0 }
    this.#pulls.set(name, pull)
    void before.then(() => pull.source.run())
    return pull
  }

  /** Its players go on with what comes from the new place. */
  #replace(name: string, { source, neededUntil }: Pull): void {
    this.#pulls.delete(name)
    const closed = source.close()
    const { pullOnDemand } = this.#options.settings.of(name)
    if (!pullOnDemand && !this.#always.has(name)) return
    const pull = this.#begin(name, closed)
    if (pull !== undefined) pull.neededUntil = neededUntil
  }

  #source(name: string, template: UrlTemplate<PullUrl>): PullSource {
    const { publishSettings, createInput } = this.#options
    const url = template.urlFor(name)
    this.#lastId++
    const [id, input] = [`pull-${this.#lastId}`, createInput(url)]
    return new PullSource({ id, name, shown: url.shown, input, settings: publishSettings.of(name) }, this.#options)
  }

  /** Let go of the streams that nobody has played for a while. */
  #sweep(): void {
    const { registry, clock, settings } = this.#options
    const now = clock.now()
    for (const [name, pull] of this.#pulls) {
      const hasViewers = [...(registry.get(name)?.subscribers ?? [])].some(isViewer)
      if (hasViewers) pull.neededUntil = now + settings.of(name).pullLinger
      if (now < pull.neededUntil || this.#always.has(name)) continue
      this.#pulls.delete(name)
      void pull.source.close()
    }
    if (this.#isOpen) this.#sweepTimer = clock.after(sweepMs, () => this.#sweep())
  }
}
