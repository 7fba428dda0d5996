import { boolean } from '../config/boolean.ts'
import { byteSize } from '../config/byte-size.ts'
import { choice } from '../config/choice.ts'
import { integer } from '../config/integer.ts'
import { text } from '../config/text.ts'
import { textList } from '../config/text-list.ts'

/** The keys of hooks of type kafka and nats. */
export const brokerKeys = {
  servers: textList({
    default: [],
    description: 'Of kafka and nats: some servers of the cluster, each as host:port',
    effect: 'now',
  }),
  topic: text({ default: '', description: 'Of kafka: where events go; the stream is the key', effect: 'now' }),
  subject: text({
    default: 'sluice.{type}',
    description: 'Of nats: where events go; {type} and {stream} stand for those of the event',
    effect: 'now',
  }),
  jetstream: boolean({
    default: false,
    description: 'Of nats: whether a stream of JetStream must have stored an event before it counts as delivered',
    effect: 'now',
  }),
  user: text({ default: '', description: 'Of kafka and nats: name to log in with', effect: 'now' }),
  password: text({
    default: '',
    description: 'Of kafka and nats: password to log in with',
    secret: true,
    effect: 'now',
  }),
  token: text({ default: '', description: 'Of nats: token to log in with', secret: true, effect: 'now' }),
  mechanism: choice(['plain', 'scram-sha-256', 'scram-sha-512'], {
    default: 'scram-sha-512',
    description: 'Of kafka: how to log in, if there is a user',
    effect: 'now',
  }),
  tls: boolean({ default: false, description: 'Of kafka and nats: whether to connect over TLS', effect: 'now' }),
  ca: text({
    default: '',
    description: 'Of kafka and nats: PEM file of the authorities that are believed; those of the system without it',
    effect: 'now',
  }),
} as const

/** The keys of hooks of type file. */
export const fileKeys = {
  path: text({ default: '', description: 'Of file: where lines go; its folder has to be there', effect: 'now' }),
  maxSize: byteSize({
    default: '64MiB',
    minimum: '1KiB',
    description: 'Of file: the file becomes PATH.1 when it would be larger, and another one begins',
    effect: 'now',
  }),
  maxFiles: integer({
    default: 5,
    minimum: 1,
    maximum: 1000,
    description: 'Of file: such files that are kept',
    effect: 'now',
  }),
} as const
