import { setTimeout as sleep } from 'node:timers/promises'
import { KeepAliveClient } from './keep-alive-client.ts'
import type { ViewerPlan } from './viewer.ts'

export type WaitingViewerEvents = {
  /** The list with a part has come. */
  readonly released: (bytes: number, atNs: number) => void
  readonly failed: (reason: string) => void
}

/** Until the others have their answers as well: the load process shall not be what is measured. */
const pauseMs = 40

/** Always waits for the list with the next part, as players of Low-Latency HLS do; it fetches no media. */
export class WaitingViewer {
  readonly #plan: ViewerPlan
  readonly #events: WaitingViewerEvents
  readonly #client: KeepAliveClient
  #isOpen = true

  constructor(plan: ViewerPlan, events: WaitingViewerEvents) {
    this.#plan = plan
    this.#events = events
    this.#client = new KeepAliveClient(plan.port)
  }

  async play(): Promise<void> {
    const { path, name } = this.#plan
    try {
      let { text } = await this.#client.get(path, name, true)
      while (this.#isOpen) {
        const [, msn, part] = /PRELOAD-HINT.*-(\d+)\.(\d+)\./.exec(text) ?? []
        if (msn === undefined) throw new Error('Cannot wait for a part: the list announces none')
        const next = `${path}?_HLS_msn=${msn}&_HLS_part=${part}&_HLS_skip=YES`
        const response = await this.#client.get(next, name, true)
        if (response.status !== 200) throw new Error(`Cannot get ${next}: status is ${response.status}`)
        this.#events.released(response.bytes, response.atNs)
        text = response.text
        await sleep(pauseMs)
      }
    } catch (error) {
      if (this.#isOpen) this.#events.failed(String(error))
    }
  }

  close(): void {
    this.#isOpen = false
    this.#client.close()
  }
}
