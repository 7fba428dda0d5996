import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import { ConfigError } from '../core/errors.ts'
import { CertificateFiles } from './certificate-files.ts'
import type { TlsConfig } from './tls-config.ts'

/**
 * The certificate of a listener, not yet read; `undefined` if the listener is off.
 *
 * @param section Path of the configuration's section: `rtmp.tls`.
 * @throws {ConfigError} If one of the two files is not named.
 */
export function createCertificate(
  section: string,
  { listen, cert, key }: Pick<TlsConfig, 'listen' | 'cert' | 'key'>,
  context: { readonly clock: Clock; readonly log: Log },
): CertificateFiles | undefined {
  if (listen === undefined || (cert === '' && key === '')) return undefined
  if (cert === '') throw unnamed(section, 'cert', 'key')
  if (key === '') throw unnamed(section, 'key', 'cert')
  return new CertificateFiles({ section, cert, key, ...context })
}

function unnamed(section: string, missing: 'cert' | 'key', given: 'cert' | 'key'): ConfigError {
  const rule = `${section}.${missing} must name a file too, is empty`
  return new ConfigError(`${section}.${missing}`, `Cannot use ${section}.${given}: ${rule}`)
}
