import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNs } from '../marks.ts'
import { KeepAliveClient } from './keep-alive-client.ts'

/** What viewers tell while they watch. */
export type ViewerEvents = {
  readonly answered: (bytes: number, tookNs: number) => void
  readonly failed: (reason: string) => void
}

export type ViewerPlan = {
  readonly port: number
  /** Of the media playlist. */
  readonly path: string
  readonly name: string
}

/** Fetches a playlist, what is new in it, and again after a target duration: as players of plain HLS do. */
export class Viewer {
  readonly #plan: ViewerPlan
  readonly #events: ViewerEvents
  readonly #client: KeepAliveClient
  readonly #folder: string
  #newest = ''

  constructor(plan: ViewerPlan, events: ViewerEvents) {
    this.#plan = plan
    this.#events = events
    this.#client = new KeepAliveClient(plan.port)
    this.#folder = plan.path.slice(0, plan.path.lastIndexOf('/') + 1)
  }

  async play(): Promise<void> {
    try {
      for (;;) {
        const startNs = monotonicNs()
        const target = await this.#turn()
        await sleep(Math.max(0, target * 1000 - (monotonicNs() - startNs) / 1e6))
      }
    } catch (error) {
      this.#events.failed(String(error))
    }
  }

  /** Seconds until the next one is due. */
  async #turn(): Promise<number> {
    const list = await this.#get(this.#plan.path, true)
    const names = list.split('\n').filter(line => line !== '' && !line.startsWith('#'))
    const known = names.indexOf(this.#newest)
    for (const name of known === -1 ? names.slice(-1) : names.slice(known + 1)) {
      await this.#get(this.#folder + name, false)
      this.#newest = name
    }
    return Number(/TARGETDURATION:(\d+)/.exec(list)?.[1] ?? 2)
  }

  async #get(path: string, isList: boolean): Promise<string> {
    const startNs = monotonicNs()
    const { status, bytes, text } = await this.#client.get({
      path,
      viewer: this.#plan.name,
      keeps: isList ? Number.POSITIVE_INFINITY : 0,
    })
    if (status !== 200) throw new Error(`Cannot get ${path}: status is ${status}`)
    this.#events.answered(bytes, monotonicNs() - startNs)
    return text
  }
}
