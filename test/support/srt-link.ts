import type { Microseconds } from '../../src/core/units.ts'
import { type SrtEnd, SrtSession, type SrtSessionOptions } from '../../src/protocols/srt/srt-session.ts'
import { LossyPath, type PathManners } from './lossy-path.ts'

type EndName = 'caller' | 'listener'
type Underway = { readonly at: Microseconds; readonly to: LinkEnd; readonly packet: Uint8Array }

/** One end of a simulated link: a session and what it has handed on. */
export type LinkEnd = {
  readonly session: SrtSession
  readonly payloads: Uint8Array[]
  /** The payloads before which something is missing. */
  readonly holes: number[]
  end: SrtEnd | undefined
}

/** Two sessions, and a network between them with a clock of its own. Ends tick each 10 ms. */
export class SrtLink {
  readonly caller: LinkEnd
  readonly listener: LinkEnd
  readonly #paths: Readonly<Record<EndName, LossyPath>>
  #underway: Underway[] = []
  #now: Microseconds = 0
  /** Every packet, with its sender, for those who look into them. */
  onPacket: ((packet: Uint8Array, from: EndName) => void) | undefined

  /** @param manners Of both directions. */
  constructor(manners: PathManners, options: Partial<SrtSessionOptions> = {}, seed = 1) {
    this.#paths = { caller: new LossyPath(manners, seed), listener: new LossyPath(manners, seed + 1000) }
    this.caller = this.#open('caller', 2, options, () => this.listener)
    this.listener = this.#open('listener', 1, options, () => this.caller)
  }

  get now(): Microseconds {
    return this.#now
  }

  set manners(manners: PathManners) {
    this.#paths.caller.manners = manners
    this.#paths.listener.manners = manners
  }

  /** Let time pass. `each` is called once a millisecond. */
  run(ms: number, each?: () => void): void {
    for (let i = 0; i < ms; i++) {
      this.#now += 1000
      this.#arrive()
      each?.()
      if (this.#now % 10_000 !== 0) continue
      this.caller.session.tick(this.#now)
      this.listener.session.tick(this.#now)
    }
  }

  #open(name: EndName, peerSocketId: number, options: Partial<SrtSessionOptions>, peer: () => LinkEnd): LinkEnd {
    const payloads: Uint8Array[] = []
    const holes: number[] = []
    const handler = {
      transmit: (packet: Uint8Array) => this.#carry(packet, name, peer()),
      onPayload: (payload: Uint8Array, isBehindLoss: boolean) => {
        if (isBehindLoss) holes.push(payloads.length)
        payloads.push(payload)
      },
      onEnd: (reason: SrtEnd) => {
        end.end = reason
      },
    }
    const sequences = { initialSequence: 0x7fff_ff00, peerInitialSequence: 0x7fff_ff00 }
    const agreed = { peerSocketId, peerRepeatsReports: true, flowWindow: 8192 }
    const latency = { receiveLatency: 120_000, sendLatency: 120_000 }
    const peerTime = this.#paths[name].manners.delay
    const times = { startedAt: 0, peerTimestamp: 0, peerTime, secret: undefined }
    const session = new SrtSession({ ...sequences, ...agreed, ...latency, ...times, ...options }, handler, 0)
    const end: LinkEnd = { session, payloads, holes, end: undefined }
    return end
  }

  #carry(packet: Uint8Array, from: EndName, to: LinkEnd): void {
    this.onPacket?.(packet, from)
    for (const at of this.#paths[from].decide(packet.length, this.#now)) {
      this.#underway.push({ at, to, packet: Uint8Array.from(packet) })
    }
  }

  #arrive(): void {
    const due = this.#underway.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at)
    this.#underway = this.#underway.filter(({ at }) => at > this.#now)
    for (const { to, packet } of due) to.session.receive(packet, this.#now)
  }
}
