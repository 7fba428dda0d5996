import { boolean } from '../../config/boolean.ts'
import { duration } from '../../config/duration.ts'
import { listenAddress } from '../../config/listen-address.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { textList } from '../../config/text-list.ts'

/** The `http:` section. */
export const httpConfig = defineSection('HTTP server', {
  listen: listenAddress({
    default: ':8080',
    description: 'TCP address of the console, the API and playback over HTTP; "" switches HTTP off',
  }),
  corsOrigins: textList({
    default: ['*'],
    description: 'Origins whose pages may use the API and play streams; * lets all of them look, but change nothing',
  }),
  noDelay: boolean({
    default: false,
    description:
      "Switch off Nagle's algorithm (TCP_NODELAY) for viewers: up to one round trip less latency for up to twice the CPU time",
  }),
  headersTimeout: duration({
    default: '10s',
    minimum: '1s',
    description: 'Time that a client may take to send the head of a request',
  }),
  keepAliveTimeout: duration({
    default: '72s',
    description: 'Time that a connection may stay open between two requests; longer than that of a proxy in front',
  }),
  idleTimeout: duration({
    default: '60s',
    description: 'Time that neither side may send anything while a request is answered; playback has sendTimeout',
  }),
  sendTimeout: duration({ default: '90s', description: 'Time that a viewer may take nothing of what was sent to it' }),
  maxWait: duration({
    default: '60s',
    description: 'Longest ?wait= that a viewer may ask for, to wait for a stream that nobody publishes yet',
  }),
})

export type HttpConfig = Decoded<typeof httpConfig>
