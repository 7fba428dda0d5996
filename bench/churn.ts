import { monotonicNs } from './marks.ts'
import { pace, type Stop } from './pacer.ts'
import type { PlayTarget } from './playback.ts'
import { Player } from './player.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** Players that come, see one key frame, and go. */
export type ChurnPlan = {
  readonly joins: number
  readonly joinsPerSecond: number
  /** No more than so many at a time. */
  readonly atOnce: number
  readonly target: PlayTarget
}

export type ChurnReport = {
  readonly seconds: number
  readonly joined: number
  readonly bytes: number
  readonly failures: number
  readonly firstFailure: string | undefined
  readonly firstKey: Spread
}

const STEP_NS = 2e6

/** Runs one churn from beginning to end. */
export class Churn {
  readonly #plan: ChurnPlan
  readonly #open = new Set<Player>()
  readonly #firstKeysNs: number[] = []
  readonly #failures: string[] = []
  #opened = 0
  #bytes = 0

  constructor(plan: ChurnPlan) {
    this.#plan = plan
  }

  /** Resolves when every player has come and gone; those that hang at the end are cut off after `lingerMs`. */
  async run(lingerMs: number): Promise<ChurnReport> {
    const startNs = monotonicNs()
    let allOpenedNs = Number.POSITIVE_INFINITY
    await new Promise<void>(resolve => {
      const stop: Stop = pace(
        () => monotonicNs() + STEP_NS,
        nowNs => {
          this.#openUntil(Math.ceil(((nowNs - startNs) / 1e9) * this.#plan.joinsPerSecond))
          if (this.#opened < this.#plan.joins) return
          allOpenedNs = Math.min(allOpenedNs, nowNs)
          if (this.#open.size > 0 && nowNs - allOpenedNs < lingerMs * 1e6) return
          stop()
          resolve()
        },
      )
    })
    for (const player of this.#open) this.#leave(player, 'no key frame came')
    return this.#report((monotonicNs() - startNs) / 1e9)
  }

  #openUntil(due: number): void {
    const { joins, atOnce, target } = this.#plan
    while (this.#opened < Math.min(due, joins) && this.#open.size < atOnce) {
      this.#opened++
      const plan = { target, stream: 0, isSampled: false, slowness: undefined }
      const player = new Player(plan, {
        joined: (joined, waitedNs) => {
          this.#firstKeysNs.push(waitedNs)
          this.#leave(joined)
        },
        frame: () => {},
        ended: (ended, reason) => this.#leave(ended, reason),
      })
      this.#open.add(player)
    }
  }

  #leave(player: Player, failure?: string): void {
    if (failure !== undefined) this.#failures.push(failure)
    this.#open.delete(player)
    this.#bytes += player.bytes
    player.close()
  }

  #report(seconds: number): ChurnReport {
    return {
      seconds,
      joined: this.#firstKeysNs.length,
      bytes: this.#bytes,
      failures: this.#failures.length,
      firstFailure: this.#failures[0],
      firstKey: spreadOf(this.#firstKeysNs),
    }
  }
}
