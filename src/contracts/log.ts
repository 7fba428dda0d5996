/** Fields of a log line: plain values only, never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * Structured log of one part of the server. `code` is stable, in capitals (`RTMP_CLOSED`), and listed in docs/errors.md;
 * `message` is for people and may change.
 */
export interface Log {
  debug(code: string, message: string, fields?: LogFields): void
  info(code: string, message: string, fields?: LogFields): void
  warn(code: string, message: string, fields?: LogFields): void
  error(code: string, message: string, fields?: LogFields): void
  /** A log whose lines all carry `fields` too. */
  child(fields: LogFields): Log
}
