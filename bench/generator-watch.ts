import type { GeneratorReport } from './load-messages.ts'
import { monotonicNs } from './marks.ts'
import { paceEvery, type Stop } from './pacer.ts'
import { spreadOf } from './statistics.ts'

const PERIOD_MS = 10

/** Watches this very process: its CPU, and how late a timer of its event loop fires. */
export class GeneratorWatch {
  readonly #delays: number[] = []
  #startNs = monotonicNs()
  #cpu = process.cpuUsage()
  #last = monotonicNs()
  readonly #stop: Stop = paceEvery(PERIOD_MS, nowNs => {
    this.#delays.push(Math.max(0, nowNs - this.#last - PERIOD_MS * 1e6))
    this.#last = nowNs
  })

  openWindow(): void {
    this.#delays.length = 0
    this.#startNs = monotonicNs()
    this.#cpu = process.cpuUsage()
  }

  closeWindow(): GeneratorReport {
    const { user, system } = process.cpuUsage(this.#cpu)
    const cpu = ((user + system) * 1e3) / (monotonicNs() - this.#startNs)
    return { cpu, loopDelay: spreadOf(this.#delays) }
  }

  close(): void {
    this.#stop()
  }
}
