import type { Producer } from '@platformatic/kafka'
import { reasonOf } from '../core/errors.ts'
import { DeliveryError } from './delivery-error.ts'
import { formatEvent } from './event-json.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'
import type { TlsCredentials } from './tls-credentials.ts'
import { unlessAborted } from './unless-aborted.ts'

export type KafkaOptions = {
  /** `host:port`, some of the cluster. */
  readonly servers: readonly string[]
  readonly topic: string
  /** `undefined` for a cluster that lets everybody in. */
  readonly sasl:
    | { readonly mechanism: KafkaMechanism; readonly username: string; readonly password: string }
    | undefined
  readonly tls: TlsCredentials | undefined
}

export type KafkaMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'

type Client = Producer<string, string, string, string>

/** Every replica in sync has it. */
const allReplicas = -1

/** `type: kafka`: each event is a message whose key is its stream, so that the stream stays in order. */
export class KafkaTarget implements HookTarget {
  readonly maxBatch = 200
  readonly #options: KafkaOptions
  #client: Promise<Client> | undefined

  constructor(options: KafkaOptions) {
    this.#options = options
  }

  get shown(): string {
    return `${this.#options.topic} at ${this.#options.servers.join(',')}`
  }

  accepts(): boolean {
    return true
  }

  async deliver(events: Batch, signal: AbortSignal): Promise<Receipt> {
    this.#client ??= this.#connect()
    const { topic } = this.#options
    const messages = events.map(event => ({ topic, key: keyOf(event), value: formatEvent(event) }))
    try {
      const client = await this.#client
      await unlessAborted(client.send({ messages, acks: allReplicas, autocreateTopics: true }), signal)
      return {}
    } catch (error) {
      // The next attempt begins with a connection of its own: this one may be what is wrong.
      this.close()
      throw new DeliveryError(`Kafka has not taken it: ${faultsOf(error)}`, { isFinal: false })
    }
  }

  close(): void {
    void this.#client?.then(client => client.close(true)).catch(() => undefined)
    this.#client = undefined
  }

  async #connect(): Promise<Client> {
    const { Producer, stringSerializers } = await import('@platformatic/kafka')
    const { servers, sasl, tls } = this.#options
    const client = new Producer({
      clientId: 'sluice',
      bootstrapBrokers: [...servers],
      serializers: stringSerializers,
      // Attempts are counted by the hook.
      retries: 0,
      ...(sasl !== undefined && { sasl }),
      ...(tls !== undefined && { tls: await tls.read() }),
    })
    return client
  }
}

/** Those of no stream are in order among each other. */
function keyOf({ event, server }: Batch[0]): string {
  return 'stream' in event && event.stream !== '' ? event.stream : server
}

/** What went wrong with each broker, once. */
function faultsOf(error: unknown): string {
  if (!(error instanceof AggregateError)) return reasonOf(error)
  return [...new Set(error.errors.map(faultsOf))].join('; ')
}
