import { boolean } from '../config/boolean.ts'
import { choice } from '../config/choice.ts'
import { duration } from '../config/duration.ts'
import { integer } from '../config/integer.ts'
import { ipAddress } from '../config/ip-address.ts'
import { defineSection } from '../config/section.ts'
import { text } from '../config/text.ts'
import { textList } from '../config/text-list.ts'

/** Keys of one input of a declared stream, beside its URL. */
export const inputKeys = {
  title: text({ default: '', description: 'Name for people' }),
  enabled: boolean({ default: true, description: 'Whether it is used' }),
  priority: integer({
    default: 0,
    minimum: 0,
    maximum: 1000,
    description: 'Inputs with a lower number are preferred; all inputs have one, or none has: then their order counts',
  }),
  timeout: duration({
    default: '5s',
    minimum: '100ms',
    description: 'Time without media, of the picture where it has one, after which another input takes its place',
  }),
  connectTimeout: duration({
    default: '0s',
    description: 'Time for TCP and TLS, for an SRT connection, and for each answer; 0 for relay.connectTimeout',
  }),
  standby: choice(['hot', 'cold'], {
    default: 'hot',
    description:
      'hot: received all the time, so that it takes over at once, at the price of its bandwidth; cold: connected when nothing before it works, as files always are',
  }),
  reconnect: defineSection('How it is tried again', {
    min: duration({
      default: '1s',
      minimum: '10ms',
      description: 'Wait before the first new attempt; twice as long before each further one',
    }),
    max: duration({ default: '30s', minimum: '10ms', description: 'Longest wait before a new attempt' }),
    jitter: integer({
      default: 50,
      minimum: 0,
      maximum: 100,
      description: 'How many percent of each wait are left to chance',
    }),
  }),
  headers: textList({
    default: [],
    secret: true,
    description: 'Lines such as `Authorization: Bearer …` that are sent with requests over HTTP',
  }),
  username: text({
    default: '',
    secret: true,
    description: 'Who we are there: over HTTP (Basic), RTMP (`user` and `pass` of the key), of S3 the access key',
  }),
  password: text({ default: '', secret: true, description: 'Belongs to the username; of S3 the secret key' }),
  tls: defineSection('Who the server has to be, of rtmps:// and https://', {
    ca: text({ default: '', description: 'File with certificates (PEM) that are trusted beside those of the system' }),
    verify: boolean({
      default: true,
      description: 'Whether its certificate is verified; false believes whoever answers',
    }),
    cert: text({ default: '', description: 'File with our certificate (PEM), where the server wants one' }),
    key: text({ default: '', description: 'File with the key (PEM) of our certificate' }),
  }),
  interface: ipAddress({
    default: '',
    description: 'Address of this machine that we connect from over RTMP, SRT and HTTP, or join groups of UDP with',
  }),
} as const

export const failbackConfig = defineSection('How an input that is preferred gets its place back', {
  hold: duration({ default: '10s', description: 'Time that it has to bring media before' }),
})

/** Keys of streams whose inputs are connected only while somebody watches. */
export const onDemandKeys = {
  onDemand: boolean({ default: false, description: 'Connect its inputs only while somebody plays it' }),
  linger: duration({
    default: '10s',
    description: 'With onDemand: time that inputs stay connected after the last player has left',
  }),
} as const
