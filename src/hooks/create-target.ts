import type { Clock } from '../contracts/clock.ts'
import { CommandTarget } from './command-target.ts'
import type { HookValues } from './config.ts'
import { FileTarget } from './file-target.ts'
import type { HookTarget } from './hook-target.ts'
import { HttpPoster } from './http-poster.ts'
import { type KafkaMechanism, KafkaTarget } from './kafka-target.ts'
import { NatsTarget } from './nats-target.ts'
import { SrsTarget } from './srs-target.ts'
import { StdioTarget } from './stdio-target.ts'
import { TlsCredentials } from './tls-credentials.ts'
import { WebhookTarget } from './webhook-target.ts'

const mechanisms: Readonly<Record<HookValues['mechanism'], KafkaMechanism>> = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
}

/** Where the events of a hook go whose values were checked. */
export function createTarget(values: HookValues, clock: Clock): HookTarget {
  const { output, format, command } = values
  switch (values.type) {
    case 'webhook':
      return new WebhookTarget({ ...values, poster: posterOf(values, clock), format: jsonFormat(format), clock })
    case 'srs':
      return new SrsTarget(posterOf(values, clock))
    case 'kafka':
      return new KafkaTarget({ ...values, sasl: saslOf(values), tls: tlsOf(values) })
    case 'nats':
      return new NatsTarget({ ...values, tls: tlsOf(values) })
    case 'file':
      return new FileTarget({ ...values, format: jsonFormat(format) })
    case 'stdio':
      return new StdioTarget(output, format)
    case 'command':
      return new CommandTarget(command, clock)
  }
}

function posterOf({ url, concurrency }: HookValues, clock: Clock): HttpPoster {
  return new HttpPoster(new URL(url), concurrency, clock)
}

function saslOf({ user, password, mechanism }: HookValues) {
  return user === '' ? undefined : { mechanism: mechanisms[mechanism], username: user, password }
}

function tlsOf({ tls, ca }: HookValues): TlsCredentials | undefined {
  return tls ? new TlsCredentials(ca) : undefined
}

function jsonFormat(format: HookValues['format']): 'sluice' | 'go-rtmp' {
  return format === 'go-rtmp' ? 'go-rtmp' : 'sluice'
}
