import { boolean } from '../config/boolean.ts'
import { choice } from '../config/choice.ts'
import { duration } from '../config/duration.ts'
import type { Field } from '../config/field.ts'
import { type ListenAddress, listenAddress } from '../config/listen-address.ts'
import { type Decoded, defineSection, type Section } from '../config/section.ts'
import { text } from '../config/text.ts'

export type TlsVersion = '1.2' | '1.3'

type TlsKeys = {
  readonly listen: Field<ListenAddress | undefined>
  readonly cert: Field<string>
  readonly key: Field<string>
  readonly maxVersion: Field<TlsVersion>
  readonly proxyProtocol: Field<boolean>
  readonly handshakeTimeout: Field<number>
}

/** The `tls:` section of a listener: the same over TLS, on a port of its own. */
export function tlsConfig(protocol: string, port: number): Section<TlsKeys> {
  return defineSection(`${protocol}: the same over TLS`, {
    listen: listenAddress({
      effect: 'next',
      default: `:${port}`,
      description: `TCP address of ${protocol}, which is on as soon as there is a certificate; "" switches it off`,
    }),
    cert: text({
      effect: 'next',
      default: '',
      description: 'File with the certificate and those that it is signed with, in PEM; read again when it changes',
    }),
    key: text({ effect: 'next', default: '', description: 'File with the private key of the certificate, in PEM' }),
    maxVersion: choice(['1.2', '1.3'], {
      effect: 'next',
      default: '1.3',
      description: 'Newest version of TLS that is spoken; 1.2 for old clients that fail over 1.3, such as rtmpdump',
    }),
    proxyProtocol: proxyProtocolKey(),
    handshakeTimeout: duration({
      effect: 'next',
      default: '5s',
      minimum: '1s',
      description: 'Time that the TLS handshake may take',
    }),
  })
}

/** The key by which a listener demands a PROXY header of every connection. */
export function proxyProtocolKey(): Field<boolean> {
  return boolean({
    effect: 'next',
    default: false,
    description: 'Demand a PROXY protocol header of every connection; for listeners that only proxies can reach',
  })
}

export type TlsConfig = Decoded<Section<TlsKeys>>
