import type { Microseconds } from '../../core/units.ts'
import { type ConnectHandler, type ConnectOptions, emptyHandshake } from './connecting.ts'
import { decodeControlPacket, encodeControlPacket } from './control-packet.ts'
import {
  decodeHandshake,
  type Handshake,
  handshakeTypes,
  handshakeVersions,
  inductionExtensionField,
  srtMagic,
} from './handshake.ts'
import { failureOf, type HandshakeFailure, refusalOf, unanswered } from './handshake-failure.ts'
import { type Request, readResponse, requestFields } from './initiator.ts'
import { advertisedKeyLength, defaultKeyLength } from './key-material.ts'
import { checkPacketSize, destinationOf, isControlPacket, timestampOf } from './packet.ts'
import { createKeyMaterial } from './payload-keys.ts'
import { RepeatedHandshake } from './repeated-handshake.ts'

type Phase =
  /** We ask for a cookie. */
  | { readonly name: 'inducing' }
  /** We have a cookie, and make our keys. */
  | { readonly name: 'preparing' }
  /** We say what we want. */
  | { readonly name: 'concluding'; readonly request: Request }
  | { readonly name: 'over' }

/**
 * The side of a connection that calls a listener. Asks again until it is answered or has waited for too long. What
 * does not answer our own questions is passed over: anybody may have sent it.
 *
 * @see SRT draft §4.3.1
 */
export class SrtCaller {
  readonly #options: ConnectOptions
  readonly #handler: ConnectHandler
  readonly #repeated: RepeatedHandshake
  #phase: Phase = { name: 'inducing' }

  constructor(options: ConnectOptions, handler: ConnectHandler) {
    this.#options = options
    this.#handler = handler
    this.#repeated = new RepeatedHandshake(options.startedAt, packet => handler.transmit(packet))
    const { udt: version } = handshakeVersions
    const induction = { version, extensionField: inductionExtensionField, type: handshakeTypes.INDUCTION }
    this.#repeated.say({ ...emptyHandshake(options), ...induction }, 0)
  }

  /** To be called each 10 ms. */
  tick(now: Microseconds): void {
    const { startedAt, timeout } = this.#options
    if (this.#phase.name !== 'over' && now - startedAt > timeout) this.#fail(unanswered(timeout))
    this.#repeated.tick(now)
  }

  /**
   * Take in a packet from the address that is called. Borrows it.
   *
   * @throws {ProtocolError} If it is malformed. The call goes on.
   */
  receive(packet: Uint8Array, now: Microseconds): void {
    const phase = this.#phase
    if (phase.name === 'over') return
    const answer = this.#readAnswer(packet)
    if (answer === undefined) return
    const refusal = refusalOf(answer.type)
    if (refusal !== undefined) this.#fail(refusal)
    else if (phase.name === 'inducing' && answer.type === handshakeTypes.INDUCTION) this.#onInduction(answer)
    else if (phase.name === 'concluding' && answer.type === handshakeTypes.CONCLUSION) {
      this.#onConclusion(answer, phase.request, timestampOf(packet), now)
    }
  }

  /** Listeners repeat our sequence number: who does not know it has not heard us. */
  #readAnswer(packet: Uint8Array): Handshake | undefined {
    checkPacketSize(packet)
    if (!isControlPacket(packet) || destinationOf(packet) !== this.#options.socketId) return undefined
    const control = decodeControlPacket(packet)
    if (control.type !== 'handshake') return undefined
    const handshake = decodeHandshake(control.body)
    return handshake.initialSequence === this.#options.initialSequence ? handshake : undefined
  }

  #onInduction({ version, extensionField, encryptionField, cookie }: Handshake): void {
    if (version < handshakeVersions.srt) return this.#fail(failureOf('SRT_REJ_VERSION'))
    if (extensionField !== srtMagic) return this.#fail(failureOf('SRT_REJ_ROGUE'))
    this.#phase = { name: 'preparing' }
    void this.#conclude(cookie, encryptionField)
  }

  async #conclude(cookie: number, encryptionField: number): Promise<void> {
    const { passphrase, keyLength, latency, streamId } = this.#options
    const length = keyLength ?? advertisedKeyLength(encryptionField) ?? defaultKeyLength
    const secret = passphrase === '' ? undefined : await createKeyMaterial(passphrase, length)
    if (this.#phase.name !== 'preparing') return
    const request = { latency, streamId, secret }
    this.#phase = { name: 'concluding', request }
    this.#repeated.say({ ...emptyHandshake(this.#options), ...requestFields(request), cookie }, 0)
  }

  #onConclusion(answer: Handshake, request: Request, timestamp: number, now: Microseconds): void {
    const response = readResponse(answer, request)
    if (!response.ok) {
      this.#hangUp(answer.socketId, now)
      return this.#fail(failureOf(response.reason))
    }
    this.#end()
    const { startedAt, refreshPlan, initialSequence } = this.#options
    this.#handler.onConnected({
      peerSocketId: answer.socketId,
      initialSequence,
      peerInitialSequence: initialSequence,
      flowWindow: answer.flowWindow,
      mtu: answer.mtu,
      peerRepeatsReports: response.peerRepeatsReports,
      receiveLatency: response.receiveLatency * 1000,
      sendLatency: response.sendLatency * 1000,
      secret: request.secret,
      ...(refreshPlan && { refreshPlan }),
      startedAt,
      peerTimestamp: timestamp,
      peerTime: now,
    })
  }

  /** The listener believes that we are connected. */
  #hangUp(socketId: number, now: Microseconds): void {
    this.#handler.transmit(encodeControlPacket({ type: 'shutdown' }, now - this.#options.startedAt, socketId))
  }

  #fail(failure: HandshakeFailure): void {
    this.#end()
    this.#handler.onFailed(failure)
  }

  #end(): void {
    this.#phase = { name: 'over' }
    this.#repeated.stop()
  }
}
