import { srsCode } from '../clients/http/srs-callback.ts'
import type { ServerEvent } from '../contracts/events.ts'
import { DeliveryError } from './delivery-error.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'
import type { HttpPoster } from './http-poster.ts'
import { srsEvent } from './srs-event.ts'

/** `type: srs`: a backend that was made for SRS is told, in SRS's words. What it answers decides nothing. */
export class SrsTarget implements HookTarget {
  readonly maxBatch = 1
  readonly #poster: HttpPoster

  constructor(poster: HttpPoster) {
    this.#poster = poster
  }

  get shown(): string {
    return this.#poster.shown
  }

  accepts(event: ServerEvent): boolean {
    return srsEvent(event) !== undefined
  }

  async deliver([{ event }]: Batch, signal: AbortSignal): Promise<Receipt> {
    const { text, status } = await this.#poster.post(JSON.stringify(srsEvent(event)), {}, signal)
    const code = srsCode(text)
    if (code === 0) return { status }
    const said = code === undefined ? 'none of SRS' : `code ${code}`
    throw new DeliveryError(`the answer is ${said}`, { isFinal: true, status })
  }

  close(): void {
    this.#poster.close()
  }
}
