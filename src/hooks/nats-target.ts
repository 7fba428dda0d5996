import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node'
import type { StampedEvent } from '../contracts/events.ts'
import { reasonOf } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { DeliveryError } from './delivery-error.ts'
import { formatEvent } from './event-json.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'
import type { TlsCredentials } from './tls-credentials.ts'
import { unlessAborted } from './unless-aborted.ts'

export type NatsOptions = {
  /** `host:port`, some of the cluster. */
  readonly servers: readonly string[]
  /** With `{type}` and `{stream}` for those of the event. */
  readonly subject: string
  /** Whether a stream of JetStream has to take each event. */
  readonly jetstream: boolean
  readonly user: string
  readonly password: string
  readonly token: string
  readonly tls: TlsCredentials | undefined
  readonly timeout: Milliseconds
}

type Session = { readonly connection: NatsConnection /** What the server has refused. */; fault: Error | undefined }

/** `type: nats`: each event is published under a subject that is made of its type and stream. */
export class NatsTarget implements HookTarget {
  readonly maxBatch = 200
  readonly #options: NatsOptions
  #session: Promise<Session> | undefined

  constructor(options: NatsOptions) {
    this.#options = options
  }

  get shown(): string {
    return `${this.#options.subject} at ${this.#options.servers.join(',')}`
  }

  accepts(): boolean {
    return true
  }

  async deliver(events: Batch, signal: AbortSignal): Promise<Receipt> {
    this.#session ??= this.#connect()
    try {
      const session = await unlessAborted(this.#session, signal)
      await unlessAborted(
        this.#options.jetstream ? this.#store(session, events) : this.#publish(session, events),
        signal,
      )
      return {}
    } catch (error) {
      // The next attempt begins with a connection of its own: this one may be what is wrong.
      this.close()
      throw new DeliveryError(`NATS has not taken it: ${reasonOf(error)}`, { isFinal: false })
    }
  }

  close(): void {
    void this.#session?.then(({ connection }) => connection.close()).catch(() => undefined)
    this.#session = undefined
  }

  async #connect(): Promise<Session> {
    const { connect } = await import('@nats-io/transport-node')
    const { servers, user, password, token, tls, timeout } = this.#options
    const connection = await connect({
      name: 'sluice',
      servers: [...servers],
      timeout,
      // Attempts are counted by the hook.
      reconnect: false,
      ...(user !== '' && { user, pass: password }),
      ...(token !== '' && { token }),
      ...(tls !== undefined && { tls: await tls.read() }),
    })
    const session: Session = { connection, fault: undefined }
    void watch(session)
    return session
  }

  /** The server has read everything when it answers to what comes behind it, and has said by then what it refuses. */
  async #publish(session: Session, events: Batch): Promise<void> {
    for (const event of events) {
      session.connection.publish(this.#subjectOf(event), formatEvent(event), { headers: await headersOf(event) })
    }
    await session.connection.flush()
    if (session.fault !== undefined) throw session.fault
  }

  /**
   * One after the other, so that one that is refused is followed by none of its stream.
   *
   * @see NATS Docs, JetStream, "Publishing": a request whose answer names the stream that has stored it
   */
  async #store({ connection }: Session, events: Batch): Promise<void> {
    const { timeout } = this.#options
    for (const event of events) {
      const headers = await headersOf(event)
      const answer = await connection.request(this.#subjectOf(event), formatEvent(event), { timeout, headers })
      checkStored(answer.json())
    }
  }

  #subjectOf({ event }: StampedEvent): string {
    const stream = 'stream' in event ? tokensOf(event.stream) : '_'
    return this.#options.subject.replaceAll('{type}', event.type).replaceAll('{stream}', stream)
  }
}

async function watch(session: Session): Promise<void> {
  for await (const status of session.connection.status()) if (status.type === 'error') session.fault = status.error
}

/** By its id JetStream knows an event that comes again. */
async function headersOf({ id }: StampedEvent): Promise<MsgHdrs> {
  const { headers } = await import('@nats-io/transport-node')
  const all = headers()
  all.set('Nats-Msg-Id', id)
  return all
}

/** @throws {Error} If the answer is not that of a stream which has stored the event. */
function checkStored(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) throw new Error('no stream has stored it')
  if ('error' in answer) {
    const { description } = answer.error as { readonly description?: string }
    throw new Error(description ?? 'the stream refuses it')
  }
  if (!('stream' in answer)) throw new Error('no stream has stored it')
}

/** Segments are tokens: without what has a meaning in subjects, and none of them empty. */
function tokensOf(stream: string): string {
  const tokens = stream.split('/').map(segment => segment.replaceAll(/[^A-Za-z0-9_~-]/g, '_'))
  return tokens.map(token => (token === '' ? '_' : token)).join('.')
}
