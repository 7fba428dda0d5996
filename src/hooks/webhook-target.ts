import type { Clock } from '../contracts/clock.ts'
import { formatEvent } from './event-json.ts'
import { goRtmpEvent } from './go-rtmp-event.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'
import type { HttpPoster } from './http-poster.ts'
import { formatSignature } from './signature.ts'

export type WebhookOptions = {
  readonly poster: HttpPoster
  readonly format: 'sluice' | 'go-rtmp'
  /** Empty: requests are not signed. */
  readonly secret: string
  /** Events of one request. If it may have more than one, the body is a list. */
  readonly batch: number
  readonly clock: Clock
}

/** `type: webhook`: each event is posted as JSON, signed if there is a secret. */
export class WebhookTarget implements HookTarget {
  readonly #options: WebhookOptions

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  get shown(): string {
    return this.#options.poster.shown
  }

  get maxBatch(): number {
    return this.#options.batch
  }

  accepts(): boolean {
    return true
  }

  async deliver(events: Batch, signal: AbortSignal): Promise<Receipt> {
    const { poster, secret, clock } = this.#options
    const body = this.#bodyOf(events)
    const headers = { 'user-agent': 'Sluice', ...this.#namesOf(events) }
    const signature = secret === '' ? {} : { 'sluice-signature': formatSignature(secret, clock.wall(), body) }
    const { status } = await poster.post(body, { ...headers, ...signature }, signal)
    return { status }
  }

  close(): void {
    this.#options.poster.close()
  }

  #bodyOf(events: Batch): string {
    const texts = events.map(
      this.#options.format === 'go-rtmp' ? event => JSON.stringify(goRtmpEvent(event)) : formatEvent,
    )
    return this.maxBatch === 1 ? texts.join('') : `[${texts.join(',')}]`
  }

  #namesOf([first, ...others]: Batch): Readonly<Record<string, string>> {
    if (this.maxBatch > 1) return { 'sluice-batch': String(1 + others.length) }
    return { 'sluice-event': first.event.type, 'sluice-event-id': first.id }
  }
}
