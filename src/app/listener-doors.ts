import type { ListenAddress } from '../config/listen-address.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { CertificateFiles } from '../listeners/certificate-files.ts'
import { createCertificate } from '../listeners/create-certificate.ts'
import type { OpenPort } from '../listeners/open-port.ts'
import type { HttpServer } from '../servers/http/http-server.ts'
import type { RtmpServer } from '../servers/rtmp/rtmp-server.ts'
import type { SrtServer } from '../servers/srt/srt-server.ts'
import type { AppConfig } from './config.ts'

export type ListenerName = 'rtmp' | 'rtmps' | 'srt' | 'http' | 'https'

/** The servers that listen. */
export type Listening = { readonly rtmp: RtmpServer; readonly srt: SrtServer; readonly http: HttpServer }

/** Everything that a port has to be opened anew for. */
export type ListenRule = { readonly listen: ListenAddress; readonly [setting: string]: unknown }

/** One listener: what the configuration says of it, and how it is opened. */
export type Door = {
  /** Of its address. */
  readonly key: string
  /** `undefined` where it is off. */
  readonly ruleOf: (config: AppConfig) => ListenRule | undefined
  /** Not yet read. @throws {ConfigError} If one of its files is not named. */
  readonly certificateOf?: (config: AppConfig) => CertificateFiles | undefined
  /** @param certificate Where there is one, its files have been read. */
  readonly open: (
    address: ListenAddress,
    config: AppConfig,
    certificate: CertificateFiles | undefined,
  ) => Promise<OpenPort>
}

/** In the order in which they are opened. */
export type Doors = Readonly<Record<ListenerName, Door>>

export function doorsOf({ rtmp, srt, http }: Listening, context: { readonly clock: Clock; readonly log: Log }): Doors {
  return {
    rtmp: {
      key: 'rtmp.listen',
      ruleOf: ({ rtmp: { listen, proxyProtocol, handshakeTimeout } }) =>
        ruleOf(listen, { proxyProtocol, headerTimeout: proxyProtocol ? handshakeTimeout : 0 }),
      open: (address, config) => rtmp.listen(address, config.rtmp),
    },
    rtmps: {
      key: 'rtmp.tls.listen',
      ruleOf: ({ rtmp: { tls } }) => (hasCertificate(tls) ? ruleOf(tls.listen, tls) : undefined),
      certificateOf: config => createCertificate('rtmp.tls', config.rtmp.tls, context),
      open: (address, config, certificate) => rtmp.listenTls(address, needed(certificate), config.rtmp),
    },
    srt: {
      key: 'srt.listen',
      ruleOf: config => ruleOf(config.srt.listen, {}),
      open: address => srt.listen(address),
    },
    http: {
      key: 'http.listen',
      ruleOf: ({ http: { tls: _tls, corsOrigins: _origins, ...rule } }) => ruleOf(rule.listen, rule),
      open: (address, config) => http.listen(address, config.http),
    },
    https: {
      key: 'http.tls.listen',
      ruleOf: ({ http: { tls, headersTimeout, keepAliveTimeout, idleTimeout } }) =>
        hasCertificate(tls) ? ruleOf(tls.listen, { tls, headersTimeout, keepAliveTimeout, idleTimeout }) : undefined,
      certificateOf: config => createCertificate('http.tls', config.http.tls, context),
      open: (address, config, certificate) => http.listenTls(address, needed(certificate), config.http),
    },
  }
}

function ruleOf(
  listen: ListenAddress | undefined,
  settings: Readonly<Record<string, unknown>>,
): ListenRule | undefined {
  return listen && { ...settings, listen }
}

/** One file without the other is told as wrong when it is opened. */
function hasCertificate({ cert, key }: { readonly cert: string; readonly key: string }): boolean {
  return cert !== '' || key !== ''
}

function needed(certificate: CertificateFiles | undefined): CertificateFiles {
  if (certificate === undefined) throw new RangeError('Cannot listen with TLS: there is no certificate')
  return certificate
}
