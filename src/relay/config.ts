import { boolean } from '../config/boolean.ts'
import { duration } from '../config/duration.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import { text } from '../config/text.ts'
import { pullUrl, pushUrlList } from './url-field.ts'

/** The `relay:` section: streams that are sent on to other servers, and how other servers are treated. */
export const relayConfig = defineSection('Relay to and from other servers', {
  to: pushUrlList({
    default: [],
    description: 'URLs that every stream is sent on to; one without {name} or {key} in it takes one stream at a time',
    effect: 'now',
  }),
  connectTimeout: duration({
    default: '10s',
    description: 'Time for TCP and TLS, for an SRT connection, and for each answer',
  }),
  sendTimeout: duration({
    default: '30s',
    description: 'Time that a destination may take nothing of what was sent to it',
  }),
  silenceTimeout: duration({
    default: '15s',
    description: 'Time that a server that we pull from may send nothing',
  }),
  retryShortest: duration({
    default: '1s',
    minimum: '10ms',
    description:
      'Wait before the first new attempt, and twice as long before each further one; chance halves it at most',
  }),
  retryLongest: duration({ default: '60s', minimum: '10ms', description: 'Longest wait before a new attempt' }),
  ca: text({
    default: '',
    description: 'File with certificates (PEM) that rtmps:// trusts beside those of the system',
  }),
})

/** Keys of `paths:` alone: a stream comes from one server. */
export const pullPathKeys = {
  pull: pullUrl({
    default: '',
    description:
      'URL that these streams come from: RTMP, SRT, MPEG-TS over HTTP or in datagrams, or a file; "" for none',
  }),
  pullOnDemand: boolean({
    default: true,
    description: 'Pull only while somebody plays; false pulls always, for a pattern that is the name of one stream',
  }),
  pullLinger: duration({
    default: '10s',
    description: 'Time that a stream which is pulled on demand goes on after its last player has left',
  }),
} as const

export type RelayConfig = Decoded<typeof relayConfig>
