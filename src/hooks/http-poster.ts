import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { faultName, type HttpAnswer, postJson } from '../clients/http/post.ts'
import { DeliveryError } from './delivery-error.ts'

/** Posts to one URL over connections that are kept. */
export class HttpPoster {
  readonly #url: URL
  readonly #agent: HttpAgent

  /** @param concurrency Connections at a time. */
  constructor(url: URL, concurrency: number) {
    this.#url = url
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
    throw new DeliveryError(`the answer has status ${answer.status}`, isFinal(answer.status))
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(json: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await postJson(this.#url, json, { headers, agent: this.#agent, signal })
    } catch (error) {
      throw new DeliveryError(`no answer came: ${faultName(error)}`, false)
    }
  }
}

/** Whoever says that the request is wrong will say so again. Redirects are not followed. */
function isFinal(status: number): boolean {
  return status >= 300 && status < 500 && ![408, 425, 429].includes(status)
}
