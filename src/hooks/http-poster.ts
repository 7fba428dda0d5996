import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { faultName, type HttpAnswer, postJson } from '../clients/http/post.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'
import { DeliveryError } from './delivery-error.ts'

/** Posts to one URL over connections that are kept. */
export class HttpPoster {
  readonly #url: URL
  readonly #agent: HttpAgent
  readonly #clock: Clock

  /** @param concurrency Connections at a time. */
  constructor(url: URL, concurrency: number, clock: Clock) {
    this.#url = url
    this.#clock = clock
    const Agent = url.protocol === 'https:' ? HttpsAgent : HttpAgent
    this.#agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  }

  /** The host alone: paths of webhooks are often secret. */
  get shown(): string {
    return `${this.#url.origin}/…`
  }

  /**
   * @returns the answer, of status 2xx.
   * @throws {DeliveryError}
   */
  async post(json: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#send(json, headers, signal)
    if (answer.status >= 200 && answer.status < 300) return answer
    const { status, retryAfter } = answer
    throw new DeliveryError(`the answer has status ${status}`, {
      isFinal: isFinal(status),
      status,
      retryAfter: retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, this.#clock.wall()),
    })
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(json: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await postJson(this.#url, json, { headers, agent: this.#agent, signal })
    } catch (error) {
      throw new DeliveryError(`no answer came: ${faultName(error)}`, { isFinal: false })
    }
  }
}

/** Whoever says that the request is wrong will say so again. Redirects are not followed. */
function isFinal(status: number): boolean {
  return status >= 300 && status < 500 && ![408, 425, 429].includes(status)
}

/**
 * How long to wait, as a receiver says it: seconds, or a date. `undefined` if it is neither.
 *
 * @see RFC 9110 §10.2.3
 */
export function parseRetryAfter(text: string, wall: Milliseconds): Milliseconds | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - wall)
}
