import type { Microseconds } from '../../src/core/units.ts'
import { type SrtEnd, SrtSession, type SrtSessionOptions } from '../../src/protocols/srt/srt-session.ts'
import { LossyPath, type PathManners } from './lossy-path.ts'

type EndName = 'caller' | 'listener'
type Underway = { readonly at: Microseconds; readonly to: EndName; readonly packet: Uint8Array }

/** One end of a simulated link: a session, what it has handed on, and when. */
export type LinkEnd = {
  readonly session: SrtSession
  readonly payloads: Uint8Array[]
  readonly times: Microseconds[]
  /** The payloads before which something is missing. */
  readonly holes: number[]
  end: SrtEnd | undefined
}

export type SrtLinkOptions = Partial<SrtSessionOptions> & {
  readonly seed?: number
  /** By how much the caller's clock is faster than the listener's, of one. */
  readonly skew?: number
}

/** Two sessions, and a network between them with a clock of its own. Ends tick each 10 ms. */
export class SrtLink {
  readonly caller: LinkEnd
  readonly listener: LinkEnd
  readonly #paths: Readonly<Record<EndName, LossyPath>>
  readonly #skew: number
  #underway: Underway[] = []
  #now: Microseconds = 0
  /** Every packet, with its sender, for those who look into them. */
  onPacket: ((packet: Uint8Array, from: EndName) => void) | undefined

  /** @param manners Of both directions. */
  constructor(manners: PathManners, { seed = 1, skew = 0, ...options }: SrtLinkOptions = {}) {
    this.#paths = { caller: new LossyPath(manners, seed), listener: new LossyPath(manners, seed + 1000) }
    this.#skew = skew
    this.caller = this.#open('caller', 2, options)
    this.listener = this.#open('listener', 1, options)
  }

  get now(): Microseconds {
    return this.#now
  }

  set manners(manners: PathManners) {
    this.#paths.caller.manners = manners
    this.#paths.listener.manners = manners
  }

  /** Send a payload from the caller. */
  send(payload: Uint8Array): void {
    this.caller.session.send(payload, this.#clock('caller'))
  }

  /** Let time pass. `each` is called once a millisecond. */
  run(ms: number, each?: () => void): void {
    for (let i = 0; i < ms; i++) {
      this.#arrive(this.#now + 1000)
      each?.()
      if (this.#now % 10_000 !== 0) continue
      this.caller.session.tick(this.#clock('caller'))
      this.listener.session.tick(this.#clock('listener'))
    }
  }

  #clock(name: EndName): Microseconds {
    return name === 'caller' ? Math.round(this.#now * (1 + this.#skew)) : Math.round(this.#now)
  }

  #open(name: EndName, peerSocketId: number, options: Partial<SrtSessionOptions>): LinkEnd {
    const payloads: Uint8Array[] = []
    const times: Microseconds[] = []
    const holes: number[] = []
    const handler = {
      transmit: (packet: Uint8Array) => this.#carry(packet, name),
      onPayload: (payload: Uint8Array, isBehindLoss: boolean) => {
        if (isBehindLoss) holes.push(payloads.length)
        payloads.push(Uint8Array.from(payload))
        times.push(this.#now)
      },
      onEnd: (reason: SrtEnd) => {
        end.end = reason
      },
    }
    const sequences = { initialSequence: 0x7fff_ff00, peerInitialSequence: 0x7fff_ff00 }
    const agreed = { peerSocketId, peerRepeatsReports: true, flowWindow: 8192 }
    const latency = { receiveLatency: 120_000, sendLatency: 120_000 }
    const peerTime = this.#paths[name].manners.delay
    const clocks = { startedAt: 0, peerTimestamp: 0, peerTime, secret: undefined }
    const session = new SrtSession({ ...sequences, ...agreed, ...latency, ...clocks, ...options }, handler, 0)
    const end: LinkEnd = { session, payloads, times, holes, end: undefined }
    return end
  }

  #carry(packet: Uint8Array, from: EndName): void {
    this.onPacket?.(packet, from)
    const to = from === 'caller' ? 'listener' : 'caller'
    for (const at of this.#paths[from].decide(packet.length, this.#now)) {
      this.#underway.push({ at, to, packet: Uint8Array.from(packet) })
    }
  }

  /** Let time go on to `end`, and each packet come at its own. */
  #arrive(end: Microseconds): void {
    const due = this.#underway.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
    if (due.length > 0) this.#underway = this.#underway.filter(({ at }) => at > end)
    for (const { at, to, packet } of due) {
      this.#now = at
      this[to].session.receive(packet, this.#clock(to))
    }
    this.#now = end
  }
}
