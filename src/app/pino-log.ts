import { type Logger, pino } from 'pino'
import type { Log, LogFields } from '../contracts/log.ts'
import { hideSecrets, hideUrlSecrets } from './hide-secrets.ts'
import type { LogConfig } from './log-config.ts'
import { formatPretty } from './pretty-log.ts'

/** Takes whole lines, each with its line feed. `write` returns at once. */
export type LogDestination = { write(line: string): void }

/** What the log may assume about who reads it. */
export type LogReader = { readonly isTerminal: boolean; readonly hasColours: boolean }

/** The log of the process: one line per event, as JSON for machines or pretty for people, secrets hidden. */
export class PinoLog implements Log {
  readonly #logger: Logger

  private constructor(logger: Logger) {
    this.#logger = logger
  }

  static open({ level, format }: LogConfig, destination: LogDestination, reader: LogReader): PinoLog {
    const isPretty = format === 'pretty' || (format === 'auto' && reader.isTerminal)
    const stream = isPretty ? prettyDestination(destination, reader.hasColours) : destination
    const options = {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    }
    return new PinoLog(pino(options, stream))
  }

  debug(code: string, message: string, fields: LogFields = {}): void {
    if (this.#logger.isLevelEnabled('debug')) this.#logger.debug(event(code, fields), hideUrlSecrets(message))
  }

  info(code: string, message: string, fields: LogFields = {}): void {
    this.#logger.info(event(code, fields), hideUrlSecrets(message))
  }

  warn(code: string, message: string, fields: LogFields = {}): void {
    this.#logger.warn(event(code, fields), hideUrlSecrets(message))
  }

  error(code: string, message: string, fields: LogFields = {}): void {
    this.#logger.error(event(code, fields), hideUrlSecrets(message))
  }

  child(fields: LogFields): Log {
    return new PinoLog(this.#logger.child(hideSecrets(fields)))
  }
}

function event(code: string, fields: LogFields): LogFields {
  return { code, ...hideSecrets(fields) }
}

function prettyDestination(destination: LogDestination, hasColours: boolean): LogDestination {
  return { write: line => destination.write(formatPretty(JSON.parse(line), hasColours)) }
}
