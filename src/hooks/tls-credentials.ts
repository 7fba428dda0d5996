import { readFile } from 'node:fs/promises'

/** How a server has to prove who it is. */
export class TlsCredentials {
  readonly #caFile: string

  /** @param caFile PEM file of the authorities that are believed; empty for those of the system. */
  constructor(caFile: string) {
    this.#caFile = caFile
  }

  /** Read with each connection, so that a new file holds. @throws the system's error. */
  async read(): Promise<{ readonly ca?: string }> {
    return this.#caFile === '' ? {} : { ca: await readFile(this.#caFile, 'utf8') }
  }
}
