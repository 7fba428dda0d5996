import type { PeerAddress } from '../../core/peer-address.ts'
import type { Microseconds, Milliseconds } from '../../core/units.ts'
import { type AcceptedCall, acceptCall, agreeOnSecret, type Call, refuseCall } from './call.ts'
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

/** The side of a connection that waits for one caller, whoever it is; further ones hear that there is no room. */
export class AwaitedCaller {
  readonly #options: AwaitedCallerOptions
  readonly #handler: AwaitedCallerHandler
  readonly #listener: SrtListener
  /** Whose call is looked at, or was accepted. */
  #call: Call | undefined
  #accepted: AcceptedCall | undefined
  #isAnswered = false

  constructor(options: AwaitedCallerOptions, handler: AwaitedCallerHandler) {
    this.#options = options
    this.#handler = handler
    this.#listener = new SrtListener(options)
  }

  /** To be called each 10 ms. */
  tick(now: Microseconds): void {
    if (this.#call === undefined || this.#accepted === undefined || this.#isAnswered) return
    this.#isAnswered = true
    this.#handler.transmit(this.#accepted.answerAt(now), this.#call.peer)
    const { refreshPlan } = this.#options
    this.#handler.onConnected({ ...this.#accepted.session, ...(refreshPlan && { refreshPlan }) }, this.#call.peer)
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

  #hear(call: Call, now: Microseconds): void {
    if (this.#call === undefined) return void this.#decide(call)
    if (!isSame(call, this.#call)) return this.#refuse(call, 'SRT_REJ_BACKLOG')
    if (this.#accepted !== undefined && this.#isAnswered)
      this.#handler.transmit(this.#accepted.answerAt(now), call.peer)
  }

  async #decide(call: Call): Promise<void> {
    this.#call = call
    const { passphrase, socketId, latency } = this.#options
    const agreement = await agreeOnSecret(call, { passphrase, encryption: 'required' })
    if (!agreement.ok) {
      this.#call = undefined
      return this.#refuse(call, agreement.reason)
    }
    this.#accepted = acceptCall(call, { socketId, latency, secret: agreement.secret, startedAt: call.at })
  }

  #refuse(call: Call, reason: RejectReason): void {
    this.#handler.transmit(refuseCall(call, reason), call.peer)
    this.#handler.onRefused(failureOf(reason), call.peer)
  }
}

function isSame(call: Call, other: Call): boolean {
  const isFromThere = call.peer.port === other.peer.port && call.peer.address === other.peer.address
  return isFromThere && call.handshake.socketId === other.handshake.socketId
}
