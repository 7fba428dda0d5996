import { randomBytes } from 'node:crypto'
import { ReloadedFile } from '../../config/reloaded-file.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { HealthCheck } from '../../contracts/health.ts'
import type { Log } from '../../contracts/log.ts'
import type { SrtConfig } from './config.ts'
import { findPassphrase, type PassphraseFile, parsePassphraseFile } from './passphrase-file.ts'

export type PassphrasesOptions = {
  readonly config: Pick<SrtConfig, 'passphrase' | 'passphraseFile'>
  readonly clock: Clock
  readonly log: Log
}

const key = 'srt.passphraseFile'

const codes = {
  read: 'SRT_PASSPHRASES_READ',
  refused: 'SRT_PASSPHRASES_REFUSED',
  unwatched: 'SRT_PASSPHRASES_UNWATCHED',
} as const

/** Which passphrase opens which stream: that of the file, which is read again when it changes, else the general one. */
export class Passphrases {
  readonly #file: ReloadedFile<PassphraseFile> | undefined
  readonly #general: string

  constructor({ config: { passphrase, passphraseFile }, clock, log }: PassphrasesOptions) {
    if (passphraseFile === '') {
      this.#general = passphrase
      return
    }
    const place = { path: passphraseFile, key, what: 'passphrase file', codes }
    this.#file = new ReloadedFile({ ...place, parse: parsePassphraseFile, clock, log })
    this.#general = passphrase === '' ? nobodyKnows() : passphrase
  }

  /** False if no stream is ever encrypted. */
  get areUsed(): boolean {
    return this.#file !== undefined || this.#general !== ''
  }

  /**
   * The passphrase of a stream; empty for one that is not encrypted. With a file, a stream that has none gets one that
   * nobody knows, so that a caller cannot tell which streams have one.
   */
  of(stream: string): string {
    const file = this.#file?.value
    return (file && findPassphrase(file, stream)) ?? this.#general
  }

  /** Something to look at, but what the file said before holds. */
  get health(): HealthCheck {
    return { name: key, problem: () => this.#file?.problem, isWarning: true }
  }

  /** @throws {ConfigError} If the file cannot be read or is broken. */
  async open(): Promise<void> {
    await this.#file?.open()
  }

  /** Never rejects. */
  async reload(): Promise<void> {
    await this.#file?.reload()
  }

  /** Idempotent. */
  close(): void {
    this.#file?.close()
  }
}

function nobodyKnows(): string {
  return randomBytes(32).toString('hex')
}
