import { RateMeter } from '../../core/rate.ts'
import type { Microseconds } from '../../core/units.ts'
import { AckHistory } from './ack-history.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import type { DataPacket } from './data-packet.ts'
import type { DeliveryClock } from './delivery-clock.ts'
import { LinkCapacity } from './link-capacity.ts'
import { LossList } from './loss-list.ts'
import { rangeLength } from './loss-report.ts'
import { PacketWindow } from './packet-window.ts'
import { ReorderTolerance } from './reorder-tolerance.ts'
import { type RoundTrip, shortestNakInterval } from './round-trip.ts'
import { addSequence, type SequenceRange, sequenceDistance } from './sequence-number.ts'
import { packetOverhead, type ReceiveState, type SrtStatistics } from './statistics.ts'

/** Packets that may wait for their time: ten seconds of 10 Mbit/s. The default of libsrt. */
export const receiveCapacity = 8192

/** Source: SRT draft §4.8.1: a light acknowledgement goes out when so many packets have come. */
const packetsPerLightAck = 64
/** How often a packet is asked for while it may still come. */
const reportsPerLatency = 8

/** Borrows the next payload in order. `isBehindLoss`: what was before it is missing for good. */
export type PayloadSink = (payload: Uint8Array, isBehindLoss: boolean) => void

export type ReceiverOptions = {
  readonly initialSequence: number
  readonly clock: DeliveryClock
  /** For how long packets are held back. */
  readonly latency: Microseconds
  /** Packets that may overtake a missing one, at most, before it counts as lost. */
  readonly reorderTolerance: number
  readonly roundTrip: RoundTrip
  readonly statistics: SrtStatistics
}

type WaitingPacket = { timestamp: number; payload: Uint8Array }

/**
 * The receiving half of a connection: puts packets in order, knows which are missing, and hands each on when its time
 * has come. A packet that is not there by then is given up.
 *
 * Its memory is bounded: of what is further ahead than `receiveCapacity` nothing is kept.
 */
export class Receiver {
  readonly #clock: DeliveryClock
  readonly #latency: Microseconds
  readonly #roundTrip: RoundTrip
  readonly #statistics: SrtStatistics
  readonly #window: PacketWindow<WaitingPacket>
  readonly #losses = new LossList()
  readonly #acks: AckHistory
  readonly #rate = new RateMeter()
  readonly #capacity = new LinkCapacity()
  readonly #tolerance: ReorderTolerance
  /** The sequence number behind the newest that has come. */
  #end: number
  #isBehindLoss = false
  /** The peer was told at once about everything that is missing before this. */
  #reported: number
  #sinceAck = 0
  #reportedAt: Microseconds = 0

  constructor(options: ReceiverOptions) {
    const { initialSequence, clock, latency, reorderTolerance, roundTrip, statistics } = options
    this.#clock = clock
    this.#latency = latency
    this.#roundTrip = roundTrip
    this.#statistics = statistics
    this.#window = new PacketWindow(initialSequence, receiveCapacity)
    this.#acks = new AckHistory(initialSequence)
    this.#tolerance = new ReorderTolerance(reorderTolerance)
    this.#end = initialSequence
    this.#reported = initialSequence
  }

  /** Everything before this has come or is waited for no more. */
  get acknowledged(): number {
    return this.#losses.first ?? this.#end
  }

  /** How it is now. Looks at each packet that waits: not for the packet path. */
  state(now: Microseconds): ReceiveState {
    const { first } = this.#window
    const waiting = Math.max(0, this.#window.offsetOf(this.acknowledged))
    let [pktRcvBuf, byteRcvBuf] = [0, 0]
    let oldest: WaitingPacket | undefined
    let newest: WaitingPacket | undefined
    for (let i = 0; i < waiting; i++) {
      const packet = this.#window.get(addSequence(first, i))
      if (packet === undefined) continue
      oldest ??= packet
      newest = packet
      pktRcvBuf++
      byteRcvBuf += packet.payload.length + packetOverhead
    }
    const span = newest === undefined || oldest === undefined ? 0 : (newest.timestamp - oldest.timestamp) | 0
    return {
      pktReorderTolerance: this.#tolerance.packets,
      pktReorderDistance: this.#tolerance.distance,
      mbpsRecvRate: this.#rate.bitsPerSecond(now / 1000) / 1e6,
      pktRcvBuf,
      byteRcvBuf,
      msRcvBuf: Math.max(0, Math.round(span / 1000)),
    }
  }

  /**
   * Take in a packet. Borrows its payload.
   *
   * @returns what now counts as lost; the peer is to be told at once.
   */
  push(packet: DataPacket, now: Microseconds): readonly SequenceRange[] {
    const { sequence, payload, isRetransmitted } = packet
    const size = payload.length + packetOverhead
    this.#statistics.pktRecv++
    this.#statistics.byteRecv += size
    if (isRetransmitted) this.#statistics.pktRcvRetrans++
    this.#rate.add(size, now / 1000)
    this.#sinceAck++
    const offset = this.#window.offsetOf(sequence)
    if (offset < 0 || this.#window.get(sequence) !== undefined) {
      this.#statistics.pktRcvBelated++
      return none
    }
    // Anybody may forge a jump: it is not followed. A peer that has really jumped so far falls silent.
    if (offset >= this.#window.capacity) return none
    const waiting = this.#window.takeSpare() ?? { timestamp: 0, payload: nothing }
    waiting.timestamp = packet.timestamp
    waiting.payload = copyInto(waiting.payload, payload)
    this.#window.put(sequence, waiting)
    if (payload.length > 0) {
      this.#statistics.pktRecvUnique++
      this.#statistics.byteRecvUnique += size
    }
    return this.#noteArrival(packet, now)
  }

  /** Hand on, in order, every packet whose time has come. Packets without payload are passed over, as if they were lost. */
  deliver(now: Microseconds, onPayload: PayloadSink): void {
    for (let sequence = this.#window.earliest; sequence !== undefined; sequence = this.#window.earliest) {
      const packet = this.#window.get(sequence)
      if (packet === undefined || this.#clock.deliveryTime(packet.timestamp) > now) return
      const { payload } = packet
      this.#skipTo(sequence)
      this.#window.moveTo(addSequence(sequence, 1))
      if (payload.length > 0) onPayload(payload, this.#isBehindLoss)
      this.#isBehindLoss = payload.length === 0
    }
  }

  /** The sender has these no more: they are waited for no longer. */
  giveUp({ first, last }: SequenceRange): void {
    const from = this.#window.offsetOf(first) < 0 ? this.#window.first : first
    const count = Math.min(rangeLength({ first: from, last }), sequenceDistance(from, this.#end))
    if (count > 0) this.#losses.removeRange({ first: from, last: addSequence(from, count - 1) })
  }

  /** Called each 10 ms. What the peer is to be told about what has come, if that is new or was not heard. */
  dueAck(now: Microseconds): Acknowledgement | undefined {
    const sequence = this.acknowledged
    const { rtt, variance } = this.#roundTrip
    if (!this.#acks.isDue(sequence, now, rtt + 4 * variance)) return undefined
    this.#sinceAck = 0
    const nowMs = now / 1000
    const rates = {
      packetsPerSecond: Math.round(this.#rate.eventsPerSecond(nowMs)),
      capacityPacketsPerSecond: this.#capacity.packetsPerSecond,
      bytesPerSecond: Math.round(this.#rate.bitsPerSecond(nowMs) / 8),
    }
    const link = { rtt, rttVariance: variance, availableBuffer: this.#availableBuffer, rates }
    return { number: this.#acks.add(sequence, now), sequence, link }
  }

  /** Asked after each packet: many have come since the last acknowledgement. */
  dueLightAck(): Acknowledgement | undefined {
    if (this.#sinceAck < packetsPerLightAck) return undefined
    this.#sinceAck = 0
    return { number: 0, sequence: this.acknowledged }
  }

  /**
   * The peer has heard a full acknowledgement.
   *
   * @param timestamp That of the ACKACK.
   */
  acknowledgedAck(number: number, timestamp: number, now: Microseconds): void {
    const rtt = this.#acks.heard(number, now)
    if (rtt === undefined) return
    this.#roundTrip.add(rtt)
    this.#clock.addSample(timestamp, now, rtt)
  }

  /** Called each 10 ms. What is still missing, where it is time to say so again. */
  dueLossReport(now: Microseconds): readonly SequenceRange[] {
    if (this.#losses.isEmpty || now - this.#reportedAt < this.#nakInterval) return []
    this.#reportedAt = now
    return this.#losses.ranges
  }

  /** Shorter than the draft has it where the latency is: a report or its answer may get lost several times. */
  get #nakInterval(): Microseconds {
    return Math.max(shortestNakInterval, Math.min(this.#roundTrip.nakInterval, this.#latency / reportsPerLatency))
  }

  get #availableBuffer(): number {
    return Math.max(2, this.#window.capacity - this.#window.offsetOf(this.#end))
  }

  #noteArrival({ sequence, isRetransmitted, payload }: DataPacket, now: Microseconds): readonly SequenceRange[] {
    const ahead = sequenceDistance(this.#end, sequence)
    if (ahead < 0) {
      this.#losses.remove(sequence)
      if (isRetransmitted) this.#tolerance.noteOrdered()
      else this.#tolerance.noteOvertaken(-ahead - 1)
      return none
    }
    this.#tolerance.noteOrdered()
    this.#capacity.add(sequence, payload.length, now)
    if (ahead > 0) {
      if (this.#losses.isEmpty) this.#reportedAt = now
      this.#losses.add({ first: this.#end, last: addSequence(sequence, -1) })
      this.#statistics.pktRcvLoss += ahead
    }
    this.#end = addSequence(sequence, 1)
    return this.#newLosses(addSequence(sequence, -this.#tolerance.packets))
  }

  /** What is missing before `end` and was not reported yet. */
  #newLosses(end: number): readonly SequenceRange[] {
    const from = this.#reported
    if (sequenceDistance(from, end) <= 0) return none
    this.#reported = end
    return this.#losses.isEmpty ? none : this.#losses.between(from, end)
  }

  /** Give up what is missing before `sequence`. */
  #skipTo(sequence: number): void {
    const count = this.#window.offsetOf(sequence)
    if (count === 0) return
    this.#statistics.pktRcvDrop += count
    this.#isBehindLoss = true
    this.#window.moveTo(sequence)
    this.#losses.removeBefore(sequence)
  }
}

const none: readonly SequenceRange[] = []
const nothing = new Uint8Array(0)

/** A copy of `bytes`, in `room` if that is as long. */
function copyInto(room: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (room.length !== bytes.length) return Buffer.from(bytes)
  room.set(bytes)
  return room
}
