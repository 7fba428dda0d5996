import { duration } from '../../config/duration.ts'
import { listenAddress } from '../../config/listen-address.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { textList } from '../../config/text-list.ts'
import { proxyProtocolKey, tlsConfig } from '../../listeners/tls-config.ts'

/** The `http:` section. */
export const httpConfig = defineSection('HTTP server', {
  listen: listenAddress({
    effect: 'next',
    default: ':8080',
    description: 'TCP address of the console, the API and playback over HTTP; "" switches HTTP off',
  }),
  tls: tlsConfig('HTTPS', 8443),
  proxyProtocol: proxyProtocolKey(),
  corsOrigins: textList({
    effect: 'now',
    default: ['*'],
    description: 'Origins whose pages may use the API and play streams; * lets all of them look, but change nothing',
  }),
  headersTimeout: duration({
    effect: 'next',
    default: '10s',
    minimum: '1s',
    description: 'Time that a client may take to send the head of a request',
  }),
  keepAliveTimeout: duration({
    effect: 'next',
    default: '72s',
    description: 'Time that a connection may stay open between two requests; longer than that of a proxy in front',
  }),
  idleTimeout: duration({
    effect: 'next',
    default: '60s',
    description: 'Time that neither side may send anything while a request is answered; playback has play.sendTimeout',
  }),
})

export type HttpConfig = Decoded<typeof httpConfig>
