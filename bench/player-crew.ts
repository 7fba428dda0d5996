import { addCounts, emptyCounts, type FrameCounts } from './frame-checker.ts'
import { type MediaKind, monotonicNs } from './marks.ts'
import { pace, paceEvery, type Stop } from './pacer.ts'
import type { PlayTarget } from './playback.ts'
import { type CrewMember, Player, type PlayerEvents, type PlayerPlan, type Slowness } from './player.ts'
import { portOf } from './publish-link.ts'
import { SrtPlayer } from './srt-player.ts'
import { median, type Spread, spreadOf } from './statistics.ts'

/** Players of one kind. Player i plays stream i modulo `streams`. */
export type CrewPlan = {
  readonly players: number
  readonly streams: number
  readonly joinsPerSecond: number
  readonly target: Omit<PlayTarget, 'port' | 'name'>
  /** Player i connects to the i-th, modulo their number. */
  readonly ports: readonly number[]
  readonly isSampled: boolean
  /** `undefined` reads all there is. */
  readonly slowness: Slowness | undefined
}

/** What a crew saw while its window was open. */
export type CrewReport = {
  readonly seconds: number
  readonly bytes: number
  readonly players: number
  /** Players that got less than half of what the median player got. */
  readonly starved: number
  /** Connections that ended by themselves since the crew began. */
  readonly failures: number
  readonly firstFailure: string | undefined
  readonly counts: Readonly<Record<MediaKind, FrameCounts>>
  readonly latency: Readonly<Record<MediaKind, Spread>>
  /** Over all joins, inside the window or not. */
  readonly firstKey: Spread
}

/** How often players that only count read what has come. */
const SWEEP_MS = 40
/** A sweep is cut into slices, so that neither the generator nor the server sees it as a burst. */
const SLICE_MS = 5

/** The name of the generator's stream `index`. */
export function streamName(index: number): string {
  return `bench${index}`
}

/** Opens players at a steady rate, keeps them reading, and adds up what they saw. */
export class PlayerCrew {
  readonly #plan: CrewPlan
  readonly #players: CrewMember[] = []
  readonly #firstKeysNs: number[] = []
  readonly #failures: string[] = []
  readonly #latencies: Record<MediaKind, number[]> = { video: [], audio: [] }
  #window: { readonly startNs: number; readonly bytes: readonly number[] } | undefined
  #stops: Stop[] = []
  #sweepFrom = 0

  constructor(plan: CrewPlan) {
    this.#plan = plan
  }

  /** Open all players; resolves when each has its first key frame or has failed, or when `timeoutMs` is over. */
  async join(timeoutMs: number): Promise<{ readonly joined: number }> {
    const startNs = monotonicNs()
    this.#stops.push(paceEvery(SLICE_MS, () => this.#sweepSlice()))
    await new Promise<void>(resolve => {
      const stop = pace(
        () => monotonicNs() + SLICE_MS * 1e6,
        nowNs => {
          this.#openUntil(Math.ceil(((nowNs - startNs) / 1e9) * this.#plan.joinsPerSecond))
          const settled = this.#firstKeysNs.length + this.#failures.length
          if (settled < this.#plan.players && nowNs - startNs < timeoutMs * 1e6) return
          stop()
          resolve()
        },
      )
      this.#stops.push(stop)
    })
    return { joined: this.#firstKeysNs.length }
  }

  openWindow(): void {
    for (const times of Object.values(this.#latencies)) times.length = 0
    for (const player of this.#players) {
      player.checkers.video.reset()
      player.checkers.audio.reset()
    }
    this.#window = { startNs: monotonicNs(), bytes: this.#players.map(player => player.bytes) }
  }

  closeWindow(): CrewReport {
    const { startNs, bytes } = this.#window ?? { startNs: monotonicNs(), bytes: [] }
    this.#window = undefined
    const received = this.#players.map((player, i) => player.bytes - (bytes[i] ?? 0))
    const half = median(received) / 2
    return {
      seconds: (monotonicNs() - startNs) / 1e9,
      bytes: received.reduce((sum, one) => sum + one, 0),
      players: this.#players.filter(player => player.hasJoined).length,
      starved: received.filter(one => one < half || one === 0).length,
      failures: this.#failures.length,
      firstFailure: this.#failures[0],
      counts: { video: this.#count('video'), audio: this.#count('audio') },
      latency: { video: spreadOf(this.#latencies.video), audio: spreadOf(this.#latencies.audio) },
      firstKey: spreadOf(this.#firstKeysNs),
    }
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
    for (const player of this.#players) player.close()
  }

  #openUntil(due: number): void {
    const { players, streams, target, ports, isSampled, slowness } = this.#plan
    while (this.#players.length < Math.min(due, players)) {
      const index = this.#players.length
      const stream = index % streams
      const port = portOf(ports, index)
      const plan = { target: { ...target, port, name: streamName(stream) }, stream, isSampled, slowness }
      this.#players.push(openPlayer(plan, this.#events))
    }
  }

  readonly #events: PlayerEvents<CrewMember> = {
    joined: (_player, waitedNs) => {
      this.#firstKeysNs.push(waitedNs)
    },
    frame: (kind, latencyNs) => {
      if (this.#window !== undefined) this.#latencies[kind].push(latencyNs)
    },
    ended: (_player, reason) => {
      this.#failures.push(reason)
    },
  }

  #sweepSlice(): void {
    const slices = SWEEP_MS / SLICE_MS
    for (let i = this.#sweepFrom; i < this.#players.length; i += slices) this.#players[i]?.sweep(SWEEP_MS)
    this.#sweepFrom = (this.#sweepFrom + 1) % slices
  }

  #count(kind: MediaKind): FrameCounts {
    const sum = emptyCounts()
    for (const player of this.#players) addCounts(sum, player.checkers[kind].counts)
    return sum
  }
}

function openPlayer(plan: PlayerPlan, events: PlayerEvents<CrewMember>): CrewMember {
  return plan.target.protocol === 'srt' ? new SrtPlayer(plan, events) : new Player(plan, events)
}
