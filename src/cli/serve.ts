import { ConfigErrors, FlagError } from '../config/config-errors.ts'
import { type ConfigSources, type LoadedConfig, loadConfig } from '../config/load-config.ts'
import type { Decoded, Section } from '../config/section.ts'
import type { Log } from '../contracts/log.ts'
import { type Reloadable, reloadOnHangup } from './reload.ts'
import { type Drainable, type SignalSource, stopOnSignal } from './shutdown.ts'
import { explainStartError } from './start-error.ts'

/** A server that listens. */
export type RunningServer = Drainable & Reloadable & { readonly urls: readonly string[] }

/** Where people read what is not log. */
export type Console = {
  readonly isTerminal: boolean
  print(text: string): void
  printError(text: string): void
}

/** The configuration, and how to get it again. */
export type Source<Config> = {
  readonly loaded: LoadedConfig<Config>
  /**
   * @param text Stands in the configuration file instead of what is there.
   * @throws {ConfigErrors}
   */
  load(text?: string): LoadedConfig<Config>
}

/** What `serve` needs of the program around it. */
export type ServeOptions<Schema extends Section, OwnLog extends Log> = {
  readonly schema: Schema
  readonly version: string
  readonly sources: ConfigSources
  readonly signals: SignalSource
  readonly console: Console
  readonly openLog: (config: Decoded<Schema>) => OwnLog
  readonly start: (source: Source<Decoded<Schema>>, log: OwnLog) => Promise<RunningServer>
}

/** SIGHUP is one of them where it says that the terminal has closed. */
const stopping: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']

/**
 * Run the server until a signal stops it.
 *
 * @returns the exit code: 2 for a wrong command line, 1 if the server could not start or not stop in order.
 */
export async function serve<Schema extends Section, OwnLog extends Log>(
  options: ServeOptions<Schema, OwnLog>,
): Promise<number> {
  const { console, version } = options
  const loaded = readConfig(options)
  if (typeof loaded === 'number') return loaded

  const log = options.openLog(loaded.config)
  const server = await startServer(options, loaded, log)
  if (server === undefined) return 1
  if (console.isTerminal) console.print(formatBanner(version, server.urls))
  if (!console.isTerminal) reloadOnHangup(server, options.signals, log)
  return stopOnSignal(server, options.signals, log, console.isTerminal ? [...stopping, 'SIGHUP'] : stopping)
}

/** The configuration, or the exit code if it is wrong. */
function readConfig<Schema extends Section, OwnLog extends Log>({
  schema,
  sources,
  console,
}: ServeOptions<Schema, OwnLog>): LoadedConfig<Decoded<Schema>> | number {
  try {
    return loadConfig(schema, sources)
  } catch (error) {
    if (!(error instanceof ConfigErrors)) throw error
    for (const problem of error.problems) console.printError(`sluice: ${problem.message}\n`)
    return error.problems.some(problem => problem instanceof FlagError) ? 2 : 1
  }
}

async function startServer<Schema extends Section, OwnLog extends Log>(
  { start, console, schema, sources }: ServeOptions<Schema, OwnLog>,
  loaded: LoadedConfig<Decoded<Schema>>,
  log: OwnLog,
): Promise<RunningServer | undefined> {
  try {
    return await start({ loaded, load: text => loadConfig(schema, { ...sources, text }) }, log)
  } catch (error) {
    log.debug('SERVER_START_FAILED', 'the server did not start', { stack: error instanceof Error ? error.stack : '' })
    console.printError(`sluice: ${explainStartError(error)}\n`)
    return undefined
  }
}

function formatBanner(version: string, urls: readonly string[]): string {
  const lines = urls.map(url => `  ${url}\n`).join('')
  return `\nSluice ${version} is running\n\n${lines}\n`
}
