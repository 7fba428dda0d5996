import { type ConfigChange, configChanges } from '../config/config-changes.ts'
import { ConfigErrors } from '../config/config-errors.ts'
import { FileWatch } from '../config/file-watch.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import type { Clock } from '../contracts/clock.ts'
import type { ConfigState } from '../contracts/config-state.ts'
import type { EventSink } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { Milliseconds } from '../core/units.ts'
import type { AppConfig } from './config.ts'

/** Where the configuration came from, and how to get it again. */
export type ConfigSource = {
  readonly loaded: LoadedConfig<AppConfig>
  /** @throws {ConfigErrors} If anything is wrong with it now. */
  load(): LoadedConfig<AppConfig>
}

export type ConfigReloadOptions = {
  readonly source: ConfigSource
  /** Put the changed configuration in force, as far as that needs no restart. */
  readonly apply: (config: AppConfig) => void
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
}

/**
 * Keeps a running server in step with its configuration: reads it again when its file changes or somebody asks, and
 * hands on what may change. With anything wrong in it, everything stays as it was.
 */
export class ConfigReload implements ConfigState {
  readonly #options: ConfigReloadOptions
  /** What the server was started with: what needs a restart is measured against it. */
  readonly #started: LoadedConfig<AppConfig>
  #current: LoadedConfig<AppConfig>
  #watch: FileWatch | undefined
  #problem: string | undefined
  reloads = 0
  failures = 0
  lastReload: Milliseconds | undefined
  needsRestart: readonly string[] = []

  constructor(options: ConfigReloadOptions) {
    this.#options = options
    this.#started = options.source.loaded
    this.#current = options.source.loaded
  }

  /** What was taken last. */
  get current(): LoadedConfig<AppConfig> {
    return this.#current
  }

  get problem(): string | undefined {
    return this.#problem
  }

  /** Begin to watch the file, if there is one. */
  open(): void {
    const { clock, log, source } = this.#options
    const { file } = source.loaded
    if (file === undefined) return
    try {
      this.#watch = new FileWatch(file, clock, () => this.#fileChanged())
    } catch (error) {
      log.warn('CONFIG_UNWATCHED', `Cannot watch the configuration, SIGHUP reads it again: ${String(error)}`, { file })
    }
  }

  /** Idempotent. */
  close(): void {
    this.#watch?.close()
  }

  /** Read the configuration again, as somebody has asked for it. */
  reload(): void {
    const loaded = this.#load()
    if (loaded instanceof ConfigErrors) this.#reject(loaded)
    else this.#accept(loaded, configChanges(this.#current, loaded))
  }

  /** Something has happened in the folder of the file; most often it is about another file. */
  #fileChanged(): void {
    const loaded = this.#load()
    if (loaded instanceof ConfigErrors) {
      if (loaded.message !== this.#problem) this.#reject(loaded)
      return
    }
    const changes = configChanges(this.#current, loaded)
    if (changes.length > 0 || this.#problem !== undefined) this.#accept(loaded, changes)
  }

  #load(): LoadedConfig<AppConfig> | ConfigErrors {
    try {
      return this.#options.source.load()
    } catch (error) {
      if (error instanceof ConfigErrors) return error
      throw error
    }
  }

  #reject({ message, problems }: ConfigErrors): void {
    this.failures++
    this.#problem = message
    const all = problems.map(problem => problem.message).join('; ')
    this.#options.log.error('CONFIG_REFUSED', `What the configuration said before holds: ${all}`)
  }

  #accept(loaded: LoadedConfig<AppConfig>, changes: readonly ConfigChange[]): void {
    const { apply, clock, log, events } = this.#options
    this.#current = loaded
    this.#problem = undefined
    this.reloads++
    this.lastReload = clock.wall()
    this.needsRestart = pathsOf(configChanges(this.#started, loaded), 'restart')
    if (changes.some(({ effect }) => effect !== 'restart')) apply(loaded.config)
    log.info('CONFIG_RELOADED', summary(changes), {
      now: pathsOf(changes, 'now').join(', '),
      next: pathsOf(changes, 'next').join(', '),
    })
    events.emit({ type: 'config.reloaded', changed: changes.map(({ path }) => path), needsRestart: this.needsRestart })
    const waiting = pathsOf(changes, 'restart')
    if (waiting.length > 0 && this.needsRestart.length > 0) {
      log.warn('CONFIG_NEEDS_RESTART', `Takes effect after a restart: ${this.needsRestart.join(', ')}`)
    }
  }
}

/** The state of a server whose configuration cannot be read again. */
export const neverReloaded: ConfigState = {
  reloads: 0,
  failures: 0,
  lastReload: undefined,
  problem: undefined,
  needsRestart: [],
}

function summary(changes: readonly ConfigChange[]): string {
  return changes.length === 0
    ? 'The configuration is as it was'
    : `The configuration has changed: ${changes.length} keys`
}

function pathsOf(changes: readonly ConfigChange[], effect: ConfigChange['effect']): readonly string[] {
  return changes.filter(change => change.effect === effect).map(({ path }) => path)
}
