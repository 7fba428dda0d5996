import { readFile } from 'node:fs/promises'
import { FileWatch } from '../config/file-watch.ts'
import type { Certificate, CertificateSource } from '../contracts/certificates.ts'
import type { Clock } from '../contracts/clock.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { Log } from '../contracts/log.ts'
import { reasonOf } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import {
  type CertificatePair,
  type CertificatePlace,
  pairCertificate,
  timeProblem,
  wrongFile,
} from './certificate-pair.ts'

export type CertificateFilesOptions = CertificatePlace & { readonly clock: Clock; readonly log: Log }

/** For metrics. */
export type CertificateFacts = {
  readonly validTo: Milliseconds
  /** When the pair in use was read. */
  readonly readAt: Milliseconds
  /** Newer pairs that were refused. */
  readonly refusals: number
}

/**
 * A certificate and its key in two files, read again when one of them changes. While what is there is broken, as between
 * the writing of the one and of the other, the pair before holds, and `health` says so.
 */
export class CertificateFiles implements CertificateSource {
  readonly #options: CertificateFilesOptions
  readonly #listeners: ((certificate: Certificate) => void)[] = []
  #pair: CertificatePair | undefined
  #readAt: Milliseconds = 0
  #refusals = 0
  /** What was read last, good or bad. */
  #seen: Certificate | undefined
  #problem: string | undefined
  #reading = Promise.resolve()
  #watches: readonly FileWatch[] = []

  constructor(options: CertificateFilesOptions) {
    this.#options = options
  }

  get current(): Certificate {
    return this.#used
  }

  /** `undefined` before the files are open. */
  get facts(): CertificateFacts | undefined {
    return this.#pair && { validTo: this.#pair.validTo, readAt: this.#readAt, refusals: this.#refusals }
  }

  /** Something to look at, but the listener works on. */
  get health(): HealthCheck {
    const { section, clock } = this.#options
    const problem = (): string | undefined => {
      const expiry = this.#pair && timeProblem(this.#pair, clock.wall())
      return this.#problem ?? (expiry && `The certificate ${expiry}`)
    }
    return { name: section, problem, isWarning: true }
  }

  onChange(listener: (certificate: Certificate) => void): void {
    this.#listeners.push(listener)
  }

  /** @throws {ConfigError} If a file cannot be read, or if the two are no pair. */
  async open(): Promise<void> {
    this.#use(await this.#read())
    this.#watch()
    // What has changed in between.
    await this.reload()
  }

  /** Read the files again. Never rejects. One reading after the other, so that the newest counts. */
  reload(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readAgain())
    return this.#reading
  }

  /** Idempotent. */
  close(): void {
    for (const watch of this.#watches) watch.close()
  }

  get #used(): CertificatePair {
    if (this.#pair === undefined) throw new RangeError('Cannot use a certificate: its files have not been opened')
    return this.#pair
  }

  async #readAgain(): Promise<void> {
    try {
      const read = await this.#read()
      if (read.cert !== this.#seen?.cert || read.key !== this.#seen.key) this.#replace(read)
    } catch (error) {
      this.#seen = undefined
      this.#reject(error)
    }
  }

  async #read(): Promise<Certificate> {
    const read = async (key: 'cert' | 'key'): Promise<string> => {
      try {
        return await readFile(this.#options[key], 'utf8')
      } catch (error) {
        throw wrongFile(this.#options, key, `it must be a file that can be read, says: ${reasonOf(error)}`)
      }
    }
    return { cert: await read('cert'), key: await read('key') }
  }

  #replace(read: Certificate): void {
    this.#use(read)
    const { section, log } = this.#options
    log.info('TLS_CERTIFICATE_READ', 'The certificate has changed and holds from now on', { key: section })
    for (const listener of this.#listeners) listener(this.#used)
  }

  /** @throws {ConfigError} */
  #use(read: Certificate): void {
    this.#seen = read
    const { section, cert, clock, log } = this.#options
    const pair = pairCertificate(read, this.#options)
    this.#pair = pair
    this.#readAt = clock.wall()
    this.#problem = undefined
    const problem = timeProblem(pair, clock.wall())
    if (problem !== undefined) {
      log.warn('TLS_CERTIFICATE_INVALID', `Clients will refuse the certificate: it ${problem}`, {
        key: section,
        path: cert,
      })
    }
  }

  #reject(error: unknown): void {
    this.#refusals++
    const problem = reasonOf(error)
    if (problem === this.#problem) return
    this.#problem = problem
    this.#options.log.error('TLS_CERTIFICATE_REFUSED', `${problem}; the pair before holds`, {
      key: this.#options.section,
    })
  }

  #watch(): void {
    const { cert, key, clock, log, section } = this.#options
    try {
      this.#watches = [cert, key].map(path => new FileWatch(path, clock, () => void this.reload()))
    } catch (error) {
      const reason = `Cannot watch the certificate's files, SIGHUP reads them again: ${reasonOf(error)}`
      log.warn('TLS_CERTIFICATE_UNWATCHED', reason, { key: section })
    }
  }
}
