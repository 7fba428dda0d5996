import { type Logger, pino } from 'pino'
import type { Log, LogFields } from '../contracts/log.ts'
import { hideSecrets, hideUrlSecrets } from './hide-secrets.ts'
import type { LogConfig } from './log-config.ts'
import { formatPretty } from './pretty-log.ts'

/** Takes whole lines, each with its line feed. `write` returns at once. */
export type LogDestination = { write(line: string): void }

/** What the log may assume about who reads it. */
export type LogReader = { readonly isTerminal: boolean; readonly hasColours: boolean }

const levels = { debug: 20, info: 30, warn: 40, error: 50 } as const

/** What all logs of one process have in common, and what the configuration may change. */
type Style = { lowest: number; isPretty: boolean }

/** The log of the process: one line per event, as JSON for machines or pretty for people, secrets hidden. */
export class PinoLog implements Log {
  readonly #logger: Logger
  readonly #style: Style
  readonly #reader: LogReader

  private constructor(logger: Logger, style: Style, reader: LogReader) {
    this.#logger = logger
    this.#style = style
    this.#reader = reader
  }

  static open(config: LogConfig, destination: LogDestination, reader: LogReader): PinoLog {
    const style = styleOf(config, reader)
    const pretty = prettyDestination(destination, reader.hasColours)
    const stream = { write: (line: string) => (style.isPretty ? pretty : destination).write(line) }
    const options = {
      level: 'debug',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    }
    return new PinoLog(pino(options, stream), style, reader)
  }

  /** The configuration has changed: for all logs that have come from this one, too. */
  use(config: LogConfig): void {
    Object.assign(this.#style, styleOf(config, this.#reader))
  }

  debug(code: string, message: string, fields: LogFields = {}): void {
    this.#write('debug', code, message, fields)
  }

  info(code: string, message: string, fields: LogFields = {}): void {
    this.#write('info', code, message, fields)
  }

  warn(code: string, message: string, fields: LogFields = {}): void {
    this.#write('warn', code, message, fields)
  }

  error(code: string, message: string, fields: LogFields = {}): void {
    this.#write('error', code, message, fields)
  }

  child(fields: LogFields): Log {
    return new PinoLog(this.#logger.child(hideSecrets(fields)), this.#style, this.#reader)
  }

  #write(level: keyof typeof levels, code: string, message: string, fields: LogFields): void {
    if (levels[level] >= this.#style.lowest) this.#logger[level](event(code, fields), hideUrlSecrets(message))
  }
}

function styleOf({ level, format }: LogConfig, { isTerminal }: LogReader): Style {
  return { lowest: levels[level], isPretty: format === 'pretty' || (format === 'auto' && isTerminal) }
}

function event(code: string, fields: LogFields): LogFields {
  return { code, ...hideSecrets(fields) }
}

function prettyDestination(destination: LogDestination, hasColours: boolean): LogDestination {
  return { write: line => destination.write(formatPretty(JSON.parse(line), hasColours)) }
}
