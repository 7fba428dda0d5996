import { type ConfigChange, configChanges } from '../config/config-changes.ts'
import { ConfigErrors } from '../config/config-errors.ts'
import { FileWatch } from '../config/file-watch.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { replaceFile } from '../config/replace-file.ts'
import type { Clock } from '../contracts/clock.ts'
import type { ConfigState } from '../contracts/config-state.ts'
import type { ConfigOutcome } from '../contracts/config-view.ts'
import type { EventSink } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { PreparedChange } from '../contracts/prepared-change.ts'
import { ConfigError, RequestError, reasonOf } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { AppConfig } from './config.ts'
import { cannotChange } from './config-change.ts'
import type { PrepareConfig } from './prepare-config.ts'
import { nothingPrepared } from './prepared-changes.ts'

/** Where the configuration came from, and how to get it again. */
export type ConfigSource = {
  readonly loaded: LoadedConfig<AppConfig>
  /**
   * @param text Stands in its file instead of what is there.
   * @throws {ConfigErrors} If anything is wrong with it.
   */
  load(text?: string): LoadedConfig<AppConfig>
}

export type ConfigReloadOptions = {
  readonly source: ConfigSource
  /** Make ready to put the changed configuration in force, as far as that needs no restart. */
  readonly prepare: PrepareConfig
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
  /** One change after the other. */
  #working: Promise<unknown> = Promise.resolve()
  #isClosed = false
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

  /** Begin to watch the file, if there is one. What has changed since it was read is taken, too. */
  open(): void {
    const { clock, log, source } = this.#options
    const { file } = source.loaded
    if (file === undefined) return
    try {
      this.#watch = new FileWatch(file, clock, () => void this.#inTurn(() => this.#fileChanged()))
    } catch (error) {
      log.warn('CONFIG_UNWATCHED', `Cannot watch the configuration, SIGHUP reads it again: ${String(error)}`, { file })
    }
    void this.#inTurn(() => this.#fileChanged())
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true
    this.#watch?.close()
  }

  /** Read the configuration again, as somebody has asked for it. Never rejects: what is broken now changes nothing. */
  reload(): Promise<void> {
    return this.#inTurn(async () => {
      const loaded = this.#load()
      // Whoever asks is told, also what the log has said before.
      this.#problem = undefined
      if (loaded instanceof ConfigErrors) this.#reject(loaded)
      else await this.#take(loaded, configChanges(this.#current, loaded))
    })
  }

  /**
   * Change the file, and put that in force. What somebody else has written there until then is taken first.
   *
   * @param edit Says what is to stand in the file.
   * @throws {ConfigErrors} If that cannot be used. Then all is as it was.
   * @throws {RequestError} If there is no file, or if it cannot be changed.
   */
  change(edit: (current: LoadedConfig<AppConfig>) => string): Promise<ConfigOutcome> {
    return this.#inTurn(async () => {
      await this.#fileChanged()
      const { file } = this.#current
      const { problem } = this
      if (file === undefined)
        throw new RequestError(409, `${cannotChange}: it stands in no file; start with --config FILE`)
      if (problem !== undefined)
        throw new RequestError(409, `${cannotChange}: its file has something wrong: ${problem}`)
      const text = edit(this.#current)
      const loaded = this.#options.source.load(text)
      const changes = configChanges(this.#current, loaded)
      const prepared = await this.#prepare(loaded, changes)
      try {
        await replaceFile(file, text)
      } catch (error) {
        await prepared.discard()
        throw new RequestError(409, `${cannotChange}: its file cannot be replaced: ${reasonOf(error)}`, {
          cause: error,
        })
      }
      this.#commit(loaded, changes, prepared)
      return { now: pathsOf(changes, 'now'), next: pathsOf(changes, 'next'), needsRestart: this.needsRestart }
    })
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#working.then(work)
    this.#working = done.catch(() => undefined)
    return done
  }

  /** Something has happened in the folder of the file; most often it is about another file. */
  async #fileChanged(): Promise<void> {
    const loaded = this.#load()
    if (loaded instanceof ConfigErrors) return this.#reject(loaded)
    // A file that is being written. Taken for what it says, it would switch off what guards the server.
    if (isEmpty(loaded) && !isEmpty(this.#current))
      return this.#reject(unreadable(loaded.file, 'it is empty; SIGHUP takes it'))
    const changes = configChanges(this.#current, loaded)
    if (changes.length > 0 || this.#problem !== undefined) await this.#take(loaded, changes)
    // Other comments are another text.
    else this.#current = loaded
  }

  #load(): LoadedConfig<AppConfig> | ConfigErrors {
    const { file } = this.#current
    try {
      const loaded = this.#options.source.load()
      return file === undefined || loaded.file === file ? loaded : unreadable(file, 'it is gone')
    } catch (error) {
      if (error instanceof ConfigErrors) return error
      throw error
    }
  }

  #reject({ message, problems }: ConfigErrors): void {
    if (message === this.#problem) return
    this.failures++
    this.#problem = message
    const all = problems.map(problem => problem.message).join('; ')
    this.#options.log.error('CONFIG_REFUSED', `What the configuration said before holds: ${all}`)
  }

  async #take(loaded: LoadedConfig<AppConfig>, changes: readonly ConfigChange[]): Promise<void> {
    try {
      this.#commit(loaded, changes, await this.#prepare(loaded, changes))
    } catch (error) {
      if (!(error instanceof ConfigErrors)) throw error
      this.#reject(error)
    }
  }

  /** @throws {ConfigErrors} */
  async #prepare({ config }: LoadedConfig<AppConfig>, changes: readonly ConfigChange[]): Promise<PreparedChange> {
    if (this.#isClosed || changes.every(({ effect }) => effect === 'restart')) return nothingPrepared
    try {
      return await this.#options.prepare(config, changes)
    } catch (error) {
      throw error instanceof ConfigError ? new ConfigErrors([error]) : error
    }
  }

  #commit(loaded: LoadedConfig<AppConfig>, changes: readonly ConfigChange[], prepared: PreparedChange): void {
    const { clock, log, events } = this.#options
    this.#current = loaded
    this.#problem = undefined
    this.reloads++
    this.lastReload = clock.wall()
    this.needsRestart = pathsOf(configChanges(this.#started, loaded), 'restart')
    prepared.commit()
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

function isEmpty({ text }: LoadedConfig<AppConfig>): boolean {
  return text.trim() === ''
}

function unreadable(file: string | undefined, reason: string): ConfigErrors {
  return new ConfigErrors([new ConfigError('config', `Cannot read the configuration ${file}: ${reason}`)])
}

function summary(changes: readonly ConfigChange[]): string {
  return changes.length === 0
    ? 'The configuration is as it was'
    : `The configuration has changed: ${changes.length} keys`
}

function pathsOf(changes: readonly ConfigChange[], effect: ConfigChange['effect']): readonly string[] {
  return changes.filter(change => change.effect === effect).map(({ path }) => path)
}
