import { type SrtEnd, SrtSession, type SrtSessionOptions } from '../../src/protocols/srt/srt-session.ts'
import { seededRandom } from './seeded-bytes.ts'

/** How a simulated network treats packets. */
export type LinkManners = {
  /** Microseconds from one end to the other, at least. */
  readonly delay: number
  /** What is added to it at random: packets overtake each other. */
  readonly jitter: number
  /** Share of packets that get lost. */
  readonly loss: number
  readonly seed: number
}

export const perfectLink: LinkManners = { delay: 1000, jitter: 0, loss: 0, seed: 1 }

type Underway = { readonly at: number; readonly to: LinkEnd; readonly packet: Uint8Array }

/** One end of a simulated link: a session and what it has handed on. */
export type LinkEnd = { readonly session: SrtSession; readonly payloads: Uint8Array[]; end: SrtEnd | undefined }

/** Two sessions, and a network between them with a clock of its own. Ends tick each 10 ms. */
export class SrtLink {
  readonly caller: LinkEnd
  readonly listener: LinkEnd
  manners: LinkManners
  readonly #random: () => number
  #underway: Underway[] = []
  #now = 0
  /** Every packet, with its sender, for those who look into them. */
  onPacket: ((packet: Uint8Array, from: 'caller' | 'listener') => void) | undefined

  constructor(manners: LinkManners, options: Partial<SrtSessionOptions> = {}) {
    this.manners = manners
    this.#random = seededRandom(manners.seed)
    this.caller = this.#open('caller', 2, options, () => this.listener)
    this.listener = this.#open('listener', 1, options, () => this.caller)
  }

  get now(): number {
    return this.#now
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

  #open(name: 'caller' | 'listener', peerSocketId: number, options: Partial<SrtSessionOptions>, peer: () => LinkEnd) {
    const payloads: Uint8Array[] = []
    const handler = {
      transmit: (packet: Uint8Array) => this.#carry(packet, name, peer()),
      onPayload: (payload: Uint8Array) => void payloads.push(payload),
      onEnd: (reason: SrtEnd) => {
        end.end = reason
      },
    }
    const sequences = { initialSequence: 0x7fff_ff00, peerInitialSequence: 0x7fff_ff00 }
    const agreed = { ...sequences, flowWindow: 8192, receiveLatency: 120_000, sendLatency: 120_000 }
    const times = { startedAt: 0, peerTimestamp: 0, peerTime: this.manners.delay, secret: undefined }
    const session = new SrtSession({ peerSocketId, ...agreed, ...times, ...options }, handler, 0)
    const end: LinkEnd = { session, payloads, end: undefined }
    return end
  }

  #carry(packet: Uint8Array, from: 'caller' | 'listener', to: LinkEnd): void {
    this.onPacket?.(packet, from)
    if (this.#random() < this.manners.loss) return
    const at = this.#now + this.manners.delay + this.#random() * this.manners.jitter
    this.#underway.push({ at, to, packet: Uint8Array.from(packet) })
  }

  #arrive(): void {
    const due = this.#underway.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at)
    this.#underway = this.#underway.filter(({ at }) => at > this.#now)
    for (const { to, packet } of due) to.session.receive(packet, this.#now)
  }
}
