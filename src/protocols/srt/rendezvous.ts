import type { PeerAddress } from '../../core/peer-address.ts'
import type { Microseconds } from '../../core/units.ts'
import { type Agreement, agreeOnSecret, type Call, refuseCall, respond } from './call.ts'
import { type ConnectHandler, type ConnectOptions, emptyHandshake } from './connecting.ts'
import { decodeControlPacket } from './control-packet.ts'
import { decodeHandshake, type Handshake, handshakeTypes, handshakeVersions } from './handshake.ts'
import { contentOf, extensionTypes } from './handshake-extension.ts'
import { failureOf, type HandshakeFailure, refusalOf, unanswered } from './handshake-failure.ts'
import { type Request, readResponse, requestFields } from './initiator.ts'
import { advertisedKeyLength, defaultKeyLength } from './key-material.ts'
import { callOf, requestRefusal } from './listener.ts'
import { checkPacketSize, destinationOf, isControlPacket, timestampOf } from './packet.ts'
import { createKeyMaterial } from './payload-keys.ts'
import type { RejectReason } from './reject-reason.ts'
import { RepeatedHandshake } from './repeated-handshake.ts'
import type { SrtSessionOptions } from './srt-session.ts'

export type RendezvousOptions = ConnectOptions & {
  readonly peer: PeerAddress
  /** Ours; the greater of the two makes its side the initiator. Near 0, but not 0: libsrt does not take that. */
  readonly cookie: number
}

type Phase =
  /** We wave a hand: nobody has answered. */
  | { readonly name: 'waving' }
  /** Keys are made, or opened. */
  | { readonly name: 'preparing' }
  /** We are the initiator, and wait for the answer to our request. */
  | { readonly name: 'requesting'; readonly request: Request }
  /** We are the responder, and wait for the request. */
  | { readonly name: 'attending' }
  /** We have answered the request, and wait for a sign that the peer knows it. */
  | { readonly name: 'responding'; readonly session: SrtSessionOptions }
  | { readonly name: 'connected' }
  | { readonly name: 'over' }

/**
 * A side of a connection that two sides open to each other at the same time. Goes on being told what comes when it is
 * connected: the peer may not have heard that it is.
 *
 * @see SRT draft §4.3.2
 */
export class SrtRendezvous {
  readonly #options: RendezvousOptions
  readonly #handler: ConnectHandler
  readonly #repeated: RepeatedHandshake
  #phase: Phase = { name: 'waving' }
  /** Socket id of the peer. One that begins anew has another. */
  #peer: number | undefined

  constructor(options: RendezvousOptions, handler: ConnectHandler) {
    this.#options = options
    this.#handler = handler
    this.#repeated = new RepeatedHandshake(options.startedAt, packet => handler.transmit(packet))
    this.#repeated.say(this.#own({ type: handshakeTypes.WAVEAHAND }), 0)
  }

  /** To be called each 10 ms. */
  tick(now: Microseconds): void {
    const { startedAt, timeout } = this.#options
    const { name } = this.#phase
    if (name !== 'connected' && name !== 'over' && now - startedAt > timeout) this.#fail(unanswered(timeout))
    this.#repeated.tick(now)
  }

  /**
   * Take in a packet from the address of the peer. Borrows it.
   *
   * @throws {ProtocolError} If it is malformed. The handshake goes on.
   */
  receive(packet: Uint8Array, now: Microseconds): void {
    checkPacketSize(packet)
    const destination = destinationOf(packet)
    const isOurs = destination === this.#options.socketId
    if (this.#phase.name === 'over' || (!isOurs && destination !== 0)) return
    const control = isControlPacket(packet) ? decodeControlPacket(packet) : undefined
    if (control?.type === 'handshake') this.#hear(decodeHandshake(control.body), timestampOf(packet), now)
    else if (isOurs) this.#hearOther(control?.type === 'shutdown')
  }

  #hearOther(isShutdown: boolean): void {
    // libsrt 1.5.1 refuses in this way.
    if (isShutdown && this.#phase.name !== 'connected') this.#fail(failureOf('SRT_REJ_PEER'))
    // The peer sends what only connected peers send: it has heard us.
    else if (this.#phase.name === 'responding') this.#connected(this.#phase.session)
  }

  #hear(handshake: Handshake, timestamp: number, now: Microseconds): void {
    const refusal = refusalOf(handshake.type)
    if (this.#phase.name === 'connected') return this.#confirm(handshake, now)
    if (refusal !== undefined) return this.#fail(refusal)
    if (handshake.type === handshakeTypes.INDUCTION) return
    if (handshake.version < handshakeVersions.srt) return this.#fail(failureOf('SRT_REJ_VERSION'))
    if (this.#peer !== handshake.socketId) this.#meet(handshake)
    const phase = this.#phase
    if (handshake.type === handshakeTypes.AGREEMENT && phase.name === 'responding') this.#connected(phase.session)
    if (handshake.type !== handshakeTypes.CONCLUSION) return
    const { extensions } = handshake
    if (phase.name === 'attending' && contentOf(extensions, extensionTypes.SRT_CMD_HSREQ) !== undefined) {
      const reason = requestRefusal(handshake)
      if (reason !== undefined) return this.#refuse(handshake, reason)
      void this.#respond(handshake, callOf(handshake, this.#options.peer, timestamp, now))
    } else if (phase.name === 'requesting' && contentOf(extensions, extensionTypes.SRT_CMD_HSRSP) !== undefined) {
      this.#onResponse(handshake, phase.request, timestamp, now)
    }
  }

  /**
   * The cookie contest. libsrt subtracts modulo 2^32, the draft without; that is the same for cookies near 0.
   *
   * @see SRT draft §4.3.2.1
   */
  #meet(handshake: Handshake): void {
    const { socketId, cookie, encryptionField } = handshake
    this.#peer = socketId
    const lead = (this.#options.cookie - cookie) | 0
    if (lead === 0) return this.#refuse(handshake, 'SRT_REJ_RDVCOOKIE')
    if (lead > 0) return void this.#request(encryptionField)
    this.#phase = { name: 'attending' }
    this.#repeated.say(this.#own({}), socketId)
  }

  async #request(encryptionField: number): Promise<void> {
    const preparing = this.#prepare()
    const { passphrase, keyLength, latency, streamId } = this.#options
    const length = keyLength ?? advertisedKeyLength(encryptionField) ?? defaultKeyLength
    const secret = passphrase === '' ? undefined : await createKeyMaterial(passphrase, length)
    if (this.#phase !== preparing) return
    const request = { latency, streamId, secret }
    this.#phase = { name: 'requesting', request }
    this.#repeated.say(this.#own(requestFields(request)), this.#peer ?? 0)
  }

  #onResponse(handshake: Handshake, request: Request, timestamp: number, now: Microseconds): void {
    const response = readResponse(handshake, request)
    if (!response.ok) return this.#refuse(handshake, response.reason)
    this.#confirm(handshake, now)
    this.#connected(this.#session(handshake, response, request.secret, { peerTimestamp: timestamp, peerTime: now }))
  }

  async #respond(handshake: Handshake, call: Call): Promise<void> {
    const preparing = this.#prepare()
    const { passphrase, latency } = this.#options
    const agreement = await agreeOnSecret(call, { passphrase, encryption: 'required' })
    if (this.#phase !== preparing) return
    if (!agreement.ok) return this.#refuse(handshake, agreement.reason)
    const { secret } = agreement
    const terms = respond(call, latency, secret)
    const session = this.#session(handshake, terms, secret, { peerTimestamp: call.timestamp, peerTime: call.at })
    this.#phase = { name: 'responding', session }
    this.#repeated.say(this.#own(terms.fields), handshake.socketId)
  }

  /** An answer that comes again has not heard that we are connected. */
  #confirm({ type, socketId }: Handshake, now: Microseconds): void {
    if (type !== handshakeTypes.CONCLUSION || socketId !== this.#peer) return
    this.#repeated.sayOnce(this.#own({ type: handshakeTypes.AGREEMENT }), socketId, now)
  }

  #session(
    { socketId, initialSequence, flowWindow, mtu }: Handshake,
    { receiveLatency, sendLatency, peerRepeatsReports }: Agreement,
    secret: SrtSessionOptions['secret'],
    heard: Pick<SrtSessionOptions, 'peerTimestamp' | 'peerTime'>,
  ): SrtSessionOptions {
    const { startedAt, refreshPlan } = this.#options
    return {
      peerSocketId: socketId,
      initialSequence: this.#options.initialSequence,
      peerInitialSequence: initialSequence,
      flowWindow,
      mtu,
      peerRepeatsReports,
      receiveLatency: receiveLatency * 1000,
      sendLatency: sendLatency * 1000,
      secret,
      ...(refreshPlan && { refreshPlan }),
      startedAt,
      ...heard,
    }
  }

  #own(fields: Partial<Handshake>): Handshake {
    const { cookie, keyLength = 0 } = this.#options
    return { ...emptyHandshake(this.#options), cookie, encryptionField: keyLength / 8, ...fields }
  }

  #prepare(): Phase {
    this.#phase = { name: 'preparing' }
    return this.#phase
  }

  #connected(session: SrtSessionOptions): void {
    this.#phase = { name: 'connected' }
    this.#repeated.stop()
    this.#handler.onConnected(session)
  }

  #refuse(handshake: Handshake, reason: RejectReason): void {
    this.#handler.transmit(refuseCall({ handshake }, reason))
    this.#fail(failureOf(reason))
  }

  #fail(failure: HandshakeFailure): void {
    this.#phase = { name: 'over' }
    this.#repeated.stop()
    this.#handler.onFailed(failure)
  }
}
