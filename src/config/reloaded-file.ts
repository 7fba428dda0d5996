import { readFile } from 'node:fs/promises'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import { ConfigError, reasonOf } from '../core/errors.ts'
import { FileWatch } from './file-watch.ts'

/** The log lines about a file. */
export type ReloadCodes = {
  /** It has changed, and holds. */
  readonly read: string
  /** It has changed, and is broken. */
  readonly refused: string
  /** Changes are not noticed. */
  readonly unwatched: string
}

export type ReloadedFileOptions<Value> = {
  readonly path: string
  /** The configuration's key that names the file. */
  readonly key: string
  /** What the file is, for people: `access file`. */
  readonly what: string
  readonly codes: ReloadCodes
  /** @throws {ConfigError} If the text is broken, in words that show no secret. */
  readonly parse: (text: string) => Value
  readonly clock: Clock
  readonly log: Log
}

/**
 * A file that is read again when it changes. While it is broken, as when it is half written, what it said before holds,
 * and `problem` says so.
 */
export class ReloadedFile<Value> {
  readonly #options: ReloadedFileOptions<Value>
  #value: { readonly parsed: Value } | undefined
  /** The text that was read last, good or bad. */
  #text: string | undefined
  #problem: string | undefined
  #reading = Promise.resolve()
  #watch: FileWatch | undefined

  constructor(options: ReloadedFileOptions<Value>) {
    this.#options = options
  }

  /** What the file says, or last said while it was whole; `undefined` before it is open. */
  get value(): Value | undefined {
    return this.#value?.parsed
  }

  /** What is wrong with the file now. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** @throws {ConfigError} If the file cannot be read or is broken. */
  async open(): Promise<void> {
    await this.reload()
    const { path, key, what, codes, clock, log } = this.#options
    if (this.#problem !== undefined) throw new ConfigError(key, `${this.#problem} (${path})`)
    try {
      this.#watch = new FileWatch(path, clock, () => void this.reload())
    } catch (error) {
      log.warn(codes.unwatched, `Cannot watch the ${what}, SIGHUP reads it again: ${reasonOf(error)}`)
    }
  }

  /** Never rejects. One reading after the other, so that the newest counts. */
  reload(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read())
    return this.#reading
  }

  /** Idempotent. */
  close(): void {
    this.#watch?.close()
  }

  async #read(): Promise<void> {
    const { path, what } = this.#options
    try {
      const text = await readFile(path, 'utf8')
      if (text !== this.#text) this.#use(text)
    } catch (error) {
      this.#text = undefined
      this.#reject(`Cannot read the ${what}: ${reasonOf(error)}`)
    }
  }

  #use(text: string): void {
    const { path, parse, what, codes, log } = this.#options
    const isFirst = this.#value === undefined
    this.#text = text
    try {
      this.#value = { parsed: parse(text) }
    } catch (error) {
      return this.#reject(reasonOf(error))
    }
    this.#problem = undefined
    if (!isFirst) log.info(codes.read, `The ${what} has changed and holds from now on`, { path })
  }

  #reject(problem: string): void {
    if (problem === this.#problem) return
    this.#problem = problem
    const { path, codes, log } = this.#options
    if (this.#value !== undefined) log.error(codes.refused, `${problem}; what it said before holds`, { path })
  }
}
