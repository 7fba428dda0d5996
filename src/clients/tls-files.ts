import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { createSecureContext, getCACertificates } from 'node:tls'
import { FileError } from '../core/errors.ts'

/** How one server proves who it is, and we to it. Files are PEM, "" for none. */
export type TlsFiles = {
  /** Certificates that are trusted beside those of the system. */
  readonly ca: readonly string[]
  /** False: whoever answers is believed. */
  readonly verify: boolean
  /** Our certificate, and its key. */
  readonly cert: string
  readonly key: string
}

/** As node:tls takes them. */
export type TlsOptions = {
  readonly ca?: string[]
  readonly cert?: string
  readonly key?: string
  readonly rejectUnauthorized?: false
}

/**
 * Read what a connection needs, with each connection, so that new files hold.
 *
 * @param trusted Certificates (PEM) that are trusted beside those of the system and of the files.
 * @throws {FileError} If a file cannot be read, or is not what it must be.
 */
export async function tlsOptions(trusted: string | undefined, files: TlsFiles | undefined): Promise<TlsOptions> {
  const { ca = [], verify = true, cert = '', key = '' } = files ?? {}
  const named = await Promise.all(ca.map(readCertificates))
  const authorities = trusted === undefined ? named : [trusted, ...named]
  const options = {
    ...(authorities.length > 0 && { ca: [...getCACertificates('default'), ...authorities] }),
    ...(cert !== '' && { cert: await readCertificates(cert), key: await readPem(key) }),
    ...(!verify && { rejectUnauthorized: false as const }),
  }
  if (cert !== '') checkPair(options, cert, key)
  return options
}

/** What holds of it for a server that the first one leads to: who that is must be proved, and we are nobody there. */
export function tlsElsewhere(files: TlsFiles | undefined): TlsFiles | undefined {
  return files && { ...files, verify: true, cert: '', key: '' }
}

async function readCertificates(path: string): Promise<string> {
  const pem = await readPem(path)
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  throw new FileError(`Cannot use ${basename(path)}: it must have a certificate (PEM)`)
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : `the system says ${code}`
    throw new FileError(`Cannot use ${basename(path)}: ${reason}`)
  }
}

/** OpenSSL tells in words of its own what is wrong with a key. */
function checkPair(options: TlsOptions, cert: string, key: string): void {
  try {
    createSecureContext(options)
  } catch {
    throw new FileError(
      `Cannot use ${basename(cert)} and ${basename(key)}: they must be a certificate and its key (PEM)`,
    )
  }
}
