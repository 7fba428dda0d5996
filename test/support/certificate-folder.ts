import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CertificateName, certificatePath } from './certificate-fixture.ts'

/** A certificate and its key in files of their own, which can be replaced. Make it with `await using`. */
export class CertificateFolder implements AsyncDisposable {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async create(name: CertificateName): Promise<CertificateFolder> {
    const folder = new CertificateFolder(await mkdtemp(join(tmpdir(), 'sluice-certificate-')))
    await folder.put(name)
    return folder
  }

  get cert(): string {
    return join(this.#folder, 'cert.pem')
  }

  get key(): string {
    return join(this.#folder, 'key.pem')
  }

  /** As programs do it that renew certificates: the new file takes the place of the old one. */
  async put(name: CertificateName): Promise<void> {
    for (const [file, suffix] of [
      [this.key, 'key'],
      [this.cert, 'crt'],
    ] as const) {
      await copyFile(certificatePath(name, suffix), `${file}.new`)
      await rename(`${file}.new`, file)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true })
  }
}
