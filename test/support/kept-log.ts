import type { Log, LogFields } from '../../src/contracts/log.ts'

export type KeptLine = { readonly code: string; readonly message: string; readonly fields: LogFields }

/** Keeps the lines of a log. */
export class KeptLog implements Log {
  readonly lines: KeptLine[]
  readonly #fields: LogFields

  constructor(fields: LogFields = {}, lines: KeptLine[] = []) {
    this.#fields = fields
    this.lines = lines
  }

  debug = (code: string, message: string, fields?: LogFields): void => this.#keep(code, message, fields)
  info = this.debug
  warn = this.debug
  error = this.debug

  child(fields: LogFields): Log {
    return new KeptLog({ ...this.#fields, ...fields }, this.lines)
  }

  #keep(code: string, message: string, fields: LogFields | undefined): void {
    this.lines.push({ code, message, fields: { ...this.#fields, ...fields } })
  }
}
