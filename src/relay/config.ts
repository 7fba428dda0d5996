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
    effect: 'next',
  }),
  sendTimeout: duration({
    default: '30s',
    description: 'Time that a destination may take nothing of what was sent to it',
    effect: 'next',
  }),
  silenceTimeout: duration({
    default: '15s',
    description:
      'Time that a server that we pull from may send nothing; where transport streams or Matroska come, no media',
    effect: 'next',
  }),
  retryShortest: duration({
    default: '1s',
    minimum: '10ms',
    description:
      'Wait before the first new attempt, and twice as long before each further one; chance halves it at most',
    effect: 'next',
  }),
  retryLongest: duration({
    default: '60s',
    minimum: '10ms',
    description: 'Longest wait before a new attempt',
    effect: 'next',
  }),
  ca: text({
    default: '',
    effect: 'next',
    description: 'File with certificates (PEM) that rtmps:// and https:// trust beside those of the system',
  }),
})

/** Keys of `paths:` alone: a stream comes from one server. */
export const pullPathKeys = {
  pull: pullUrl({
    default: '',
    description:
      'URL that these streams come from: RTMP, SRT, HLS, MPEG-TS over HTTP in datagrams, a file, or an object of S3; "" for none',
    effect: 'now',
  }),
  pullOnDemand: boolean({
    default: true,
    description: 'Pull only while somebody plays; false pulls always, for a pattern that is the name of one stream',
    effect: 'now',
  }),
  pullLinger: duration({
    default: '10s',
    description: 'Time that a stream which is pulled on demand goes on after its last player has left',
    effect: 'now',
  }),
} as const

export type RelayConfig = Decoded<typeof relayConfig>
