import type { Clock } from '../contracts/clock.ts'
import type { StampedEvent } from '../contracts/events.ts'
import { formatEvent } from './event-json.ts'
import { goRtmpEvent } from './go-rtmp-event.ts'
import type { HookTarget } from './hook-target.ts'
import type { HttpPoster } from './http-poster.ts'
import { formatSignature } from './signature.ts'

export type WebhookOptions = {
  readonly poster: HttpPoster
  readonly format: 'sluice' | 'go-rtmp'
  /** Empty: requests are not signed. */
  readonly secret: string
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

  accepts(): boolean {
    return true
  }

  async deliver(event: StampedEvent, signal: AbortSignal): Promise<void> {
    const { poster, format, secret, clock } = this.#options
    const body = format === 'go-rtmp' ? JSON.stringify(goRtmpEvent(event)) : formatEvent(event)
    const headers = { 'user-agent': 'Sluice', 'sluice-event': event.event.type, 'sluice-event-id': event.id }
    const signature = secret === '' ? {} : { 'sluice-signature': formatSignature(secret, clock.wall(), body) }
    await poster.post(body, { ...headers, ...signature }, signal)
  }

  close(): void {
    this.#options.poster.close()
  }
}
