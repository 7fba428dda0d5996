import { KeepAliveClient, type Response } from './keep-alive-client.ts'
import type { ViewerPlan } from './viewer.ts'

export type WaitingViewerEvents = {
  /** A list has come. */
  readonly answered: (viewer: WaitingViewer, response: Response) => void
  readonly failed: (reason: string) => void
}

export type WaitingViewerPlan = ViewerPlan & {
  /** Looks at what comes when it comes; others look when they are told to. */
  readonly isPrompt: boolean
}

/** What the list says of the next part stands at its end. */
const listEnd = 600

/** Waits for the list with the next part, as players of Low-Latency HLS do; it fetches no media. */
export class WaitingViewer {
  readonly isPrompt: boolean
  readonly #plan: ViewerPlan
  readonly #events: WaitingViewerEvents
  readonly #client: KeepAliveClient
  #isFree = true

  constructor(plan: WaitingViewerPlan, events: WaitingViewerEvents) {
    this.isPrompt = plan.isPrompt
    this.#plan = plan
    this.#events = events
    this.#client = new KeepAliveClient(plan.port)
  }

  /** Ask for the list, unless the last answer is still to come. @param query Says what to wait for. */
  ask(query: string): void {
    if (!this.#isFree) return
    this.#isFree = false
    const { path, name: viewer } = this.#plan
    const request = { path: path + query, viewer, keeps: listEnd }
    this.#client.ask(
      request,
      response => this.#take(request.path, response),
      error => this.#events.failed(String(error)),
    )
    if (!this.isPrompt && query !== '') this.#client.pause()
  }

  /** For what has come meanwhile. */
  look(): void {
    this.#client.resume()
  }

  #take(path: string, response: Response): void {
    if (response.status !== 200) return this.#events.failed(`Cannot get ${path}: status is ${response.status}`)
    this.#isFree = true
    this.#events.answered(this, response)
  }
}
