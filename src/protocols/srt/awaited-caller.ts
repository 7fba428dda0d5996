import type { PeerAddress } from '../../core/peer-address.ts'
import type { Microseconds, Milliseconds } from '../../core/units.ts'
import { WorkLimit } from '../../core/work-limit.ts'
import { type AcceptedCall, acceptCall, agreeOnSecret, type Call, refuseCall } from './call.ts'
import { CallBook } from './call-book.ts'
import { failureOf, type HandshakeFailure } from './handshake-failure.ts'
import { type ListenerOptions, SrtListener } from './listener.ts'
import type { RefreshPlan } from './payload-keys.ts'
import type { RejectReason } from './reject-reason.ts'
import type { SrtSessionOptions } from './srt-session.ts'

export type AwaitedCallerOptions = ListenerOptions & {
  /** Ours. */
  readonly socketId: number
  /** The shortest that we want, in either direction. */
  readonly latency: Milliseconds
  /** Empty for a connection that is not encrypted. */
  readonly passphrase: string
  readonly refreshPlan?: RefreshPlan | undefined
}

export type AwaitedCallerHandler = {
  /** Takes over the packet. */
  transmit(packet: Uint8Array, to: PeerAddress): void
  onConnected(session: SrtSessionOptions, peer: PeerAddress): void
  /** Somebody has called who was not let in. */
  onRefused(failure: HandshakeFailure, peer: PeerAddress): void
}

/** Passphrases that are checked at a time, and that wait for it. */
const checkLimits = { running: 2, waiting: 256 } as const

/**
 * The side of a connection that waits for one caller: the first that shows what it must, however many others are looked
 * at meanwhile. Further ones hear that there is no room.
 */
export class AwaitedCaller {
  readonly #options: AwaitedCallerOptions
  readonly #handler: AwaitedCallerHandler
  readonly #listener: SrtListener
  readonly #calls = new CallBook<Call>()
  readonly #checks = new WorkLimit(checkLimits)
  #accepted: (AcceptedCall & { readonly call: Call; isAnswered: boolean }) | undefined

  constructor(options: AwaitedCallerOptions, handler: AwaitedCallerHandler) {
    this.#options = options
    this.#handler = handler
    this.#listener = new SrtListener(options)
  }

  /** To be called each 10 ms. */
  tick(now: Microseconds): void {
    if (this.#accepted === undefined || this.#accepted.isAnswered) return
    const { call, session } = this.#accepted
    this.#accepted.isAnswered = true
    this.#handler.transmit(this.#accepted.answerAt(now), call.peer)
    const { refreshPlan } = this.#options
    this.#handler.onConnected({ ...session, ...(refreshPlan && { refreshPlan }) }, call.peer)
  }

  /**
   * Take in a packet from anywhere. Borrows it.
   *
   * @throws {ProtocolError} If it is malformed.
   */
  receive(packet: Uint8Array, now: Microseconds, from: PeerAddress): void {
    const answer = this.#listener.receive(packet, from, now)
    if (answer === undefined) return
    if (answer.type === 'call') return this.#hear(answer.call, now)
    this.#handler.transmit(answer.packet, from)
    if (answer.type === 'refusal') this.#handler.onRefused(failureOf(answer.reason), from)
  }

  /** Callers ask again until they are answered. */
  #hear(call: Call, now: Microseconds): void {
    const known = this.#calls.open(call)
    const ended = this.#calls.ended(call, now / 1000)
    if (ended?.refusal !== undefined) this.#handler.transmit(ended.refusal, call.peer)
    else if (known === undefined) void this.#decide(call)
    else if (this.#accepted?.call === known && this.#accepted.isAnswered) {
      this.#handler.transmit(this.#accepted.answerAt(now), call.peer)
    }
  }

  async #decide(call: Call): Promise<void> {
    this.#calls.add(call, call)
    const { passphrase, socketId, latency } = this.#options
    const rule = { passphrase, encryption: 'required' } as const
    const checked = await this.#checks.run(() => agreeOnSecret(call, rule))
    const agreement = checked?.result
    if (agreement?.ok === false) return this.#refuse(call, agreement.reason)
    if (agreement === undefined || this.#accepted !== undefined) return this.#refuse(call, 'SRT_REJ_BACKLOG')
    const accepted = acceptCall(call, { socketId, latency, secret: agreement.secret, startedAt: call.at })
    this.#accepted = { ...accepted, call, isAnswered: false }
  }

  #refuse(call: Call, reason: RejectReason): void {
    const refusal = refuseCall(call, reason)
    this.#calls.end(call, refusal, call.at / 1000)
    this.#handler.transmit(refusal, call.peer)
    this.#handler.onRefused(failureOf(reason), call.peer)
  }
}
