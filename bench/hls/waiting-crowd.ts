import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNs } from '../marks.ts'
import { spreadOf } from '../statistics.ts'
import type { CrowdPlan, CrowdReport } from './crowd.ts'
import type { Response } from './keep-alive-client.ts'
import { WaitingViewer } from './waiting-viewer.ts'

/** Parts are so long, and so are their distances: a time that is longer is not told apart from one that is shorter by this. */
const partMs = 200
/** From so long before a part is due until so long behind it the crowd stays awake. */
const awakeMs = { before: 5, behind: 40 }
/** So long behind it everybody looks, and a while later all ask for the next one, in the order in which they came. */
const lookMs = 60
const askMs = 100

/**
 * Of those who wait, one in so many looks at the clock when an answer comes; all others look later. A thousand who read at
 * once take longer for that than the server for its answers, and take its time: viewers elsewhere do not.
 */
const promptEvery = 20

type Part = { readonly segment: number; readonly part: number }

/** Viewers of one stream who all wait for its next part. */
export class WaitingCrowd {
  readonly #viewers: WaitingViewer[] = []
  readonly #failures: string[] = []
  readonly #timesNs: number[] = []
  #bytes = 0
  #answers = 0
  #startNs = 0
  /** The part that the newest list announces. */
  #next: Part = { segment: 0, part: 0 }

  async join({ viewers, joinSeconds, startNs, ...target }: CrowdPlan): Promise<void> {
    this.#startNs = startNs
    void this.#turn()
    for (let i = 0; i < viewers; i++) {
      const plan = { ...target, name: `viewer-${i}`, isPrompt: i % promptEvery === 0 }
      const viewer = new WaitingViewer(plan, this.#events)
      this.#viewers.push(viewer)
      viewer.ask('')
      await sleep((joinSeconds * 1000) / viewers)
    }
  }

  openWindow(): void {
    this.#timesNs.length = 0
    this.#bytes = 0
    this.#answers = 0
  }

  closeWindow(): CrowdReport {
    const [failures, firstFailure] = [this.#failures.length, this.#failures[0]]
    return { bytes: this.#bytes, answers: this.#answers, time: spreadOf(this.#timesNs), failures, firstFailure }
  }

  /** What happens with each part, again and again. */
  async #turn(): Promise<void> {
    for (;;) {
      await this.#until(lookMs)
      for (const viewer of this.#viewers) viewer.look()
      await this.#until(askMs)
      const { segment, part } = this.#next
      for (const viewer of this.#viewers) viewer.ask(`?_HLS_msn=${segment}&_HLS_part=${part}&_HLS_skip=YES`)
      await this.#until(partMs - awakeMs.before)
      this.#stayAwake()
    }
  }

  /** @param phaseMs Behind the time at which a part was due. */
  #until(phaseMs: number): Promise<void> {
    const left = phaseMs - this.#phaseMs()
    return sleep(left < 0 ? left + partMs : left)
  }

  #phaseMs(): number {
    return ((monotonicNs() - this.#startNs) / 1e6) % partMs
  }

  /** Who sleeps has to be woken for an answer, and who sends it pays for that. Viewers elsewhere cost nobody that. */
  #stayAwake(): void {
    const phase = this.#phaseMs()
    if (phase < awakeMs.behind || phase > partMs - 2 * awakeMs.before) setImmediate(() => this.#stayAwake())
  }

  readonly #events = {
    answered: ({ isPrompt }: WaitingViewer, { bytes, atNs, text }: Response): void => {
      this.#bytes += bytes
      this.#answers++
      if (!isPrompt) return
      this.#timesNs.push((atNs - this.#startNs) % (partMs * 1e6))
      const next = announced(text)
      if (isBehind(this.#next, next)) this.#next = next
    },
    failed: (reason: string): void => {
      this.#failures.push(reason)
    },
  }
}

function isBehind(one: Part, other: Part): boolean {
  return one.segment === other.segment ? one.part < other.part : one.segment < other.segment
}

function announced(list: string): Part {
  const [, segment, part] = /PRELOAD-HINT.*-(\d+)\.(\d+)\./.exec(list) ?? []
  if (segment === undefined || part === undefined) throw new Error('Cannot wait for a part: the list announces none')
  return { segment: Number(segment), part: Number(part) }
}
