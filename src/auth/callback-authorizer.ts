import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { faultName, type HttpAnswer, postJson } from '../clients/http/post.ts'
import type { AccessRequest, Verdict } from '../contracts/access.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { Milliseconds } from '../core/units.ts'
import type { AccessMode } from './access-mode.ts'
import type { CallbackForm } from './callback-form.ts'
import { isEmpty } from './credentials.ts'
import { allowedAs, forbidden, missing, unavailable, wrong } from './verdict.ts'

export type CallbackAuthorizerOptions = {
  readonly url: URL
  readonly form: CallbackForm
  /** Time from the question to the whole answer. */
  readonly timeout: Milliseconds
  readonly clock: Clock
  readonly log: Log
}

/** Questions on their way at a time; others wait for their turn, no longer than the timeout. */
const maxQuestions = 64

/** `auth.mode: callback`: a backend of the operator, asked over HTTP. Whatever is no clear yes is a no. */
export class CallbackAuthorizer implements AccessMode {
  readonly #options: CallbackAuthorizerOptions
  readonly #agent: HttpAgent
  #isFailing = false

  constructor(options: CallbackAuthorizerOptions) {
    this.#options = options
    const Agent = options.url.protocol === 'https:' ? HttpsAgent : HttpAgent
    this.#agent = new Agent({ keepAlive: true, maxSockets: maxQuestions })
  }

  async authorize(request: AccessRequest, signal: AbortSignal): Promise<Verdict> {
    const { form } = this.#options
    const body = form.body(request)
    if (body === undefined) return forbidden('the access callback is not asked about this')
    const answer = await this.#ask(body, signal)
    const isAllowed = answer && form.isAllowed(answer)
    if (answer !== undefined && !signal.aborted) this.#note(isAllowed === undefined ? unclear(answer) : undefined)
    if (isAllowed === undefined) return unavailable
    if (isAllowed) return allowedAs(request.credentials.user)
    return answer?.status === 401 && isEmpty(request.credentials) ? missing : wrong('the access callback says no')
  }

  async close(): Promise<void> {
    this.#agent.destroy()
  }

  async #ask(body: unknown, signal: AbortSignal): Promise<HttpAnswer | undefined> {
    const { url, timeout, clock } = this.#options
    const late = new AbortController()
    const timer = clock.after(timeout, () => late.abort())
    try {
      return await postJson(url, JSON.stringify(body), {
        agent: this.#agent,
        signal: AbortSignal.any([signal, late.signal]),
      })
    } catch (error) {
      if (!signal.aborted) this.#note(late.signal.aborted ? `no answer came within ${timeout} ms` : faultName(error))
      return undefined
    } finally {
      timer.cancel()
    }
  }

  /** One line when it begins to fail, and one when it works again. */
  #note(failure: string | undefined): void {
    const { log } = this.#options
    if ((failure !== undefined) === this.#isFailing) return
    this.#isFailing = failure !== undefined
    if (failure === undefined) log.info('AUTH_CALLBACK_BACK', 'The access callback answers again')
    else log.error('AUTH_CALLBACK_FAILED', `Cannot ask the access callback, nobody new gets in: ${failure}`)
  }
}

function unclear({ status }: HttpAnswer): string {
  return `an answer with status ${status} and such a body is neither yes nor no`
}
