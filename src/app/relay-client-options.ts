import { readFileSync } from 'node:fs'
import type { MediaResponseOptions } from '../clients/media-response.ts'
import type { RtmpClientOptions } from '../clients/rtmp/rtmp-client.ts'
import type { TlsFiles } from '../clients/tls-files.ts'
import { ConfigError, reasonOf } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { RelayConfig } from '../relay/config.ts'
import type { DeclaredInput } from './declared-input.ts'

/** How servers are treated that we connect to over TCP. */
export type RelayClientOptions = RtmpClientOptions & Omit<MediaResponseOptions, 'signal'>

/** How one server is treated. What is missing holds as for all. */
export type ClientTuning = {
  readonly connectTimeout?: Milliseconds
  /** Of requests over HTTP. */
  readonly headers?: Readonly<Record<string, string>>
  readonly tls?: DeclaredInput['tls']
  /** Address of this machine. */
  readonly localAddress?: string | undefined
}

const plain: NonNullable<ClientTuning['tls']> = { ca: '', verify: true, cert: '', key: '' }

/** Whatever the configuration says is looked up by each connection. */
export function clientOptions(now: () => RelayConfig, tuning: ClientTuning = {}): RelayClientOptions {
  const { connectTimeout, headers = {}, tls = plain, localAddress } = tuning
  return {
    ...{ headers, localAddress },
    get tls() {
      return believing(now().ca, tls)
    },
    get connectTimeout() {
      return connectTimeout ?? now().connectTimeout
    },
    get answerTimeout() {
      return connectTimeout ?? now().connectTimeout
    },
    get sendTimeout() {
      return now().sendTimeout
    },
  }
}

/** What holds for one server, with the authorities that are believed of all. */
function believing(authorities: string, { ca, ...tls }: NonNullable<ClientTuning['tls']>): TlsFiles {
  return { ...tls, ca: [authorities, ca].filter(file => file !== '') }
}

/** @throws {ConfigError} If the authorities that are believed of all servers cannot be read. */
export function checkAuthorities({ ca }: RelayConfig): void {
  if (ca === '') return
  const fault = faultOf(ca)
  if (fault !== undefined) throw new ConfigError('relay.ca', `Cannot use relay.ca: ${fault}`)
}

function faultOf(file: string): string | undefined {
  try {
    const isPem = readFileSync(file, 'utf8').includes('-----BEGIN CERTIFICATE-----')
    return isPem ? undefined : `${file} must have a certificate (PEM)`
  } catch (error) {
    return reasonOf(error)
  }
}
