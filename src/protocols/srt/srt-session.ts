import type { BitsPerSecond, Bytes, Microseconds } from '../../core/units.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import { type ControlPacket, decodeControlPacket, encodeControlPacket, type OutgoingControl } from './control-packet.ts'
import { type DataPacket, decodeDataPacket } from './data-packet.ts'
import { DeliveryClock } from './delivery-clock.ts'
import { payloadRoom } from './handshake.ts'
import { encodeKeyState, keyStates } from './key-material.ts'
import { checkPacketSize, isControlPacket, largestPayload, timestampAt, timestampOf } from './packet.ts'
import { PayloadOpener, PayloadSealer, type RefreshPlan, type SharedSecret } from './payload-keys.ts'
import { type PayloadSink, Receiver } from './receiver.ts'
import { RoundTrip } from './round-trip.ts'
import { type SealedPayload, Sender } from './sender.ts'
import type { SequenceRange } from './sequence-number.ts'
import { estimatesOf, type SrtReport, type SrtStatistics, zeroStatistics } from './statistics.ts'

/** A peer that says nothing is told that we are here. Source: SRT draft §3.2.3. */
const keepaliveInterval: Microseconds = 1_000_000
/** A peer that says nothing for so long is gone. Source: libsrt SRTO_PEERIDLETIMEO. */
const peerIdleTimeout: Microseconds = 5_000_000
/** From one announcement of a key to the next, while the peer does not confirm it. */
const announceInterval: Microseconds = 200_000
/** What is added to the latency of the peer before it is told that all is over. */
const farewellMargin: Microseconds = 100_000

/** What one side alone decides. All are 0 where nothing is said. */
export type SrtLimits = {
  /** Packets that may overtake a missing one, at most, before it counts as lost. */
  readonly reorderTolerance?: number
  /** What may be sent, retransmissions included; 0 for a limit that follows the input. */
  readonly maxBandwidth?: BitsPerSecond
}

/** What the handshake has agreed on, and what we want beside it. */
export type SrtSessionOptions = {
  readonly peerSocketId: number
  /** Of the first packet that we send. */
  readonly initialSequence: number
  /** Of the first packet that the peer sends. */
  readonly peerInitialSequence: number
  readonly flowWindow: number
  /** Of the peer, headers included; that of Ethernet if nothing is told. */
  readonly mtu?: Bytes
  /** The peer says again what it still misses (PERIODICNAK). */
  readonly peerRepeatsReports: boolean
  readonly receiveLatency: Microseconds
  readonly sendLatency: Microseconds
  /** `undefined` for a connection that is not encrypted. */
  readonly secret: SharedSecret | undefined
  readonly refreshPlan?: RefreshPlan
  readonly limits?: SrtLimits
  /** Our clock at which the timestamps of what we send are 0. */
  readonly startedAt: Microseconds
  /** Timestamp of the peer's handshake, and when that has come. */
  readonly peerTimestamp: number
  readonly peerTime: Microseconds
}

/** Who holds the session. */
export type SrtSessionHandler = {
  /** Send this to the peer. Its bytes are used again once the peer has it, or it is given up. */
  transmit(packet: Uint8Array): void
  /** The next payload of the peer, in order. Borrows it. `isBehindLoss`: what was before it is missing for good. */
  onPayload(payload: Uint8Array, isBehindLoss: boolean): void
  /** The connection is over: `left` by the peer, `lost` in silence, or `finished` from our side. */
  onEnd(reason: SrtEnd): void
}

export type SrtEnd = 'left' | 'lost' | 'finished'

type Phase = 'open' | 'finishing' | 'ended'

/**
 * One SRT connection past its handshake, in both directions. Has no clock of its own: each call says what time it is,
 * and `tick` is to be called each 10 ms.
 *
 * @see SRT draft §4
 */
export class SrtSession {
  readonly statistics: SrtStatistics = zeroStatistics()
  readonly #options: SrtSessionOptions
  readonly #handler: SrtSessionHandler
  readonly #roundTrip = new RoundTrip()
  readonly #clock: DeliveryClock
  readonly #receiver: Receiver
  readonly #sender: Sender
  readonly #opener: PayloadOpener | undefined
  readonly #sealer: PayloadSealer | undefined
  readonly #onPayload: PayloadSink
  #phase: Phase = 'open'
  #heardAt: Microseconds
  #spokeAt: Microseconds
  #pushedAt: Microseconds
  #announcedAt: Microseconds = Number.NEGATIVE_INFINITY

  constructor(options: SrtSessionOptions, handler: SrtSessionHandler, now: Microseconds) {
    const { secret, refreshPlan, initialSequence, flowWindow, peerSocketId, peerRepeatsReports } = options
    this.#options = options
    this.#handler = handler
    this.#onPayload = (payload, isBehindLoss) => handler.onPayload(payload, isBehindLoss)
    const { reorderTolerance = 0, maxBandwidth = 0 } = options.limits ?? {}
    const { statistics } = this
    const roundTrip = this.#roundTrip
    this.#clock = new DeliveryClock(options.peerTimestamp, options.peerTime, options.receiveLatency)
    const shared = { roundTrip, statistics }
    this.#receiver = new Receiver({
      ...shared,
      initialSequence: options.peerInitialSequence,
      clock: this.#clock,
      latency: options.receiveLatency,
      reorderTolerance,
    })
    const transmit = (packet: Uint8Array): void => handler.transmit(packet)
    const peer = { initialSequence, flowWindow, latency: options.sendLatency, peerSocketId, peerRepeatsReports }
    this.#sender = new Sender({ ...shared, ...peer, maxBandwidth, startedAt: options.startedAt, now, transmit })
    this.#opener = secret && new PayloadOpener(secret)
    this.#sealer = secret && new PayloadSealer(secret, refreshPlan)
    this.#heardAt = now
    this.#spokeAt = now
    this.#pushedAt = now
  }

  /** Bytes of payload that one packet to the peer may have. */
  get payloadRoom(): Bytes {
    const { mtu } = this.#options
    return mtu === undefined ? largestPayload : payloadRoom(mtu)
  }

  /** Smoothed round trip time. */
  get rtt(): Microseconds {
    return this.#roundTrip.rtt
  }

  /** How the connection is now, and what it has counted. */
  report(now: Microseconds): SrtReport {
    const { startedAt, sendLatency, receiveLatency } = this.#options
    return {
      msTimeStamp: Math.round((now - startedAt) / 1000),
      ...this.statistics,
      ...estimatesOf(this.statistics),
      ...this.#sender.state(now),
      ...this.#receiver.state(now),
      msRTT: this.rtt / 1000,
      msSndTsbPdDelay: sendLatency / 1000,
      msRcvTsbPdDelay: receiveLatency / 1000,
    }
  }

  /** True while the link has not taken what was given to it, or the connection takes no more. */
  get isBusy(): boolean {
    return this.#phase !== 'open' || this.#sender.isBusy
  }

  /**
   * Take in a packet from the peer. Borrows its bytes.
   *
   * @throws {ProtocolError} If the packet is wrong. It has changed nothing then; the connection may go on.
   */
  receive(packet: Uint8Array, now: Microseconds): void {
    if (this.#phase === 'ended') return
    checkPacketSize(packet)
    if (isControlPacket(packet)) this.#control(decodeControlPacket(packet), timestampOf(packet), now)
    else this.#data(decodeDataPacket(packet), now)
    this.#heardAt = now
  }

  /** Send a payload of at most `payloadRoom` bytes. Borrows it. */
  send(payload: Uint8Array, now: Microseconds): void {
    if (this.#phase !== 'open') return
    const sealed: SealedPayload = this.#sealer?.seal(this.#sender.nextSequence, payload) ?? { key: 'none', payload }
    this.#sender.push(sealed, now)
    this.#sender.flush(now)
    this.#pushedAt = now
  }

  /** Time goes on: hand on what is due, tell the peer what it has to know, notice that it is gone. */
  tick(now: Microseconds): void {
    if (this.#isOver) return
    this.#receiver.deliver(now, this.#onPayload)
    if (this.#isOver) return
    const ack = this.#receiver.dueAck(now)
    if (ack !== undefined) this.#sendAck(ack, now)
    const losses = this.#receiver.dueLossReport(now)
    if (losses.length > 0) this.#sendNak(losses, now)
    this.#announceKey(now)
    this.#sender.tick(now)
    if (now - this.#spokeAt > keepaliveInterval) this.#sendControl({ type: 'keepalive' }, now)
    if (now - this.#heardAt > peerIdleTimeout) return this.#end('lost')
    if (this.#phase === 'finishing') this.#finishIfDone(now)
  }

  /** Let the peer get and play what was sent, then end. */
  finish(): void {
    if (this.#phase === 'open') this.#phase = 'finishing'
  }

  /** End now. Idempotent. */
  close(now: Microseconds): void {
    if (this.#phase === 'ended') return
    this.#sendControl({ type: 'shutdown' }, now)
    this.#end('finished')
  }

  /** May become true while payloads are handed on. */
  get #isOver(): boolean {
    return this.#phase === 'ended'
  }

  #data(packet: DataPacket, now: Microseconds): void {
    const losses = this.#receiver.push(this.#opened(packet), now)
    if (losses.length > 0) this.#sendNak(losses, now)
    const ack = this.#receiver.dueLightAck()
    if (ack !== undefined) this.#sendAck(ack, now)
  }

  /** What cannot be decrypted has come all the same, so that it is not asked for again. */
  #opened(packet: DataPacket): DataPacket {
    if (this.#opener === undefined && packet.key === 'none') return packet
    const payload = this.#opener?.open(packet)
    if (payload !== undefined) return { ...packet, payload }
    const size = packet.payload.length
    this.statistics.pktRcvUndecrypt++
    this.statistics.byteRcvUndecrypt += size
    this.statistics.pktRcvDrop++
    // The receiver sees nothing of it.
    this.statistics.byteRecv += size
    return { ...packet, payload: nothing }
  }

  #control(packet: ControlPacket, timestamp: number, now: Microseconds): void {
    switch (packet.type) {
      case 'ack':
        return this.#onAck(packet.acknowledgement, now)
      case 'ackack':
        return this.#receiver.acknowledgedAck(packet.number, timestamp, now)
      case 'nak':
        return this.#onNak(packet.losses, now)
      case 'drop-request':
        return this.#receiver.giveUp(packet.range)
      case 'key-request':
        return this.#onKeyRequest(packet.keyMaterial, now)
      case 'key-response':
        return this.#sealer?.confirm(packet.keyMaterial)
      case 'shutdown':
        this.#receiver.deliver(Number.POSITIVE_INFINITY, this.#onPayload)
        return this.#isOver ? undefined : this.#end('left')
      case 'keepalive':
      case 'handshake':
      case 'other':
    }
  }

  #onAck(acknowledgement: Acknowledgement, now: Microseconds): void {
    const { number } = acknowledgement
    if (number !== 0) {
      this.statistics.pktRecvACK++
      this.#sendControl({ type: 'ackack', number }, now)
    }
    this.#sender.acknowledge(acknowledgement, now)
  }

  #onNak(losses: readonly SequenceRange[], now: Microseconds): void {
    this.statistics.pktRecvNAK++
    const gone = this.#sender.reportLoss(losses, now)
    if (gone !== undefined) this.#sendControl({ type: 'drop-request', message: 0, range: gone }, now)
  }

  #onKeyRequest(keyMaterial: Uint8Array, now: Microseconds): void {
    const isKnown = this.#opener?.announce(keyMaterial)
    if (isKnown === true) return this.#sendControl({ type: 'key-response', keyMaterial }, now)
    const state = isKnown === false ? keyStates.badSecret : keyStates.noSecret
    this.#sendControl({ type: 'key-response', keyMaterial: encodeKeyState(state) }, now)
  }

  #announceKey(now: Microseconds): void {
    const announcement = this.#sealer?.announcement
    if (announcement === undefined || now - this.#announcedAt < announceInterval) return
    this.#announcedAt = now
    this.#sendControl({ type: 'key-request', keyMaterial: announcement }, now)
  }

  #finishIfDone(now: Microseconds): void {
    const isPlayed = now - this.#pushedAt > this.#options.sendLatency + this.rtt + farewellMargin
    if (this.#sender.isEmpty && isPlayed) this.close(now)
  }

  #sendAck(acknowledgement: Acknowledgement, now: Microseconds): void {
    if (acknowledgement.number !== 0) this.statistics.pktSentACK++
    this.#sendControl({ type: 'ack', acknowledgement }, now)
  }

  #sendNak(losses: readonly { readonly first: number; readonly last: number }[], now: Microseconds): void {
    this.statistics.pktSentNAK++
    this.#sendControl({ type: 'nak', losses }, now)
  }

  #sendControl(packet: OutgoingControl, now: Microseconds): void {
    this.#spokeAt = now
    this.#handler.transmit(encodeControlPacket(packet, this.#timestamp(now), this.#options.peerSocketId))
  }

  #timestamp(now: Microseconds): number {
    return timestampAt(now, this.#options.startedAt)
  }

  #end(reason: SrtEnd): void {
    this.#phase = 'ended'
    this.#handler.onEnd(reason)
  }
}

const nothing = new Uint8Array(0)
