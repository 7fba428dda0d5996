import { RateMeter } from '../../core/rate.ts'
import type { BitsPerSecond, Bytes, Microseconds } from '../../core/units.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import { encodeDataPacket, markRetransmitted, messageMask, type PayloadKey, stampDataPacket } from './data-packet.ts'
import { LossList } from './loss-list.ts'
import { rangeLength } from './loss-report.ts'
import { Pacer } from './pacer.ts'
import { malformed, timestampAt } from './packet.ts'
import { PacketWindow } from './packet-window.ts'
import type { RoundTrip } from './round-trip.ts'
import { isUnderway, newPacket, type SentPacket, wireSize } from './sent-packet.ts'
import { addSequence, type SequenceRange, sequenceDistance } from './sequence-number.ts'
import { SilenceTimer } from './silence-timer.ts'
import { packetOverhead, type SendState, type SrtStatistics } from './statistics.ts'

/** Packets that may wait for their acknowledgement, 11 MiB at most: a second of 86 Mbit/s. */
export const sendCapacity = 8192
/** Room that is kept free for what a reader writes at once. */
const reserve = 1024

/** A packet is of no use to the peer after its latency and a quarter. Source: SRT draft §4.6. */
const tooLateFactor = 1.25
/** Packets are kept for so long at least. Source: SRT draft §4.6. */
const shortestHold: Microseconds = 1_000_000

export type SenderOptions = {
  readonly initialSequence: number
  /** Packets that the peer lets be on their way. */
  readonly flowWindow: number
  /** For how long the peer holds packets back. */
  readonly latency: Microseconds
  /** True if the peer says again what it still misses. */
  readonly peerRepeatsReports: boolean
  readonly peerSocketId: number
  /** What may be sent, retransmissions included; 0 for a limit that follows the input. */
  readonly maxBandwidth: BitsPerSecond
  readonly roundTrip: RoundTrip
  readonly statistics: SrtStatistics
  /** Our clock at which timestamps are 0. */
  readonly startedAt: Microseconds
  readonly now: Microseconds
  /** Its bytes are used again once the peer has the packet, or it is given up. */
  readonly transmit: (packet: Uint8Array) => void
}

/** What is sent, encrypted where that has to be. */
export type SealedPayload = { readonly key: PayloadKey; readonly payload: Uint8Array }

/**
 * The sending half of a connection: keeps every packet until the peer has it or it is too late, sends again what is
 * missing, and does not overrun the link.
 *
 * Its memory is bounded by `sendCapacity` and by time. What is too late, or finds no room, is dropped and counted.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #window: PacketWindow<SentPacket>
  readonly #losses = new LossList()
  readonly #pacer: Pacer
  readonly #silence: SilenceTimer
  readonly #rate = new RateMeter()
  readonly #hold: Microseconds
  /** Sequence numbers of the next packet to be sent first, and of the next to come in. */
  #next: number
  #end: number
  /** The peer has, or gives up, everything before this. */
  #acknowledged: number
  #message = 0
  #room: number

  constructor(options: SenderOptions) {
    const { initialSequence, flowWindow, latency, maxBandwidth, roundTrip, peerRepeatsReports, now } = options
    this.#options = options
    this.#window = new PacketWindow(initialSequence, sendCapacity)
    this.#pacer = new Pacer(maxBandwidth, now)
    this.#silence = new SilenceTimer(roundTrip, peerRepeatsReports, now)
    this.#hold = Math.max(latency * tooLateFactor, shortestHold)
    this.#next = initialSequence
    this.#end = initialSequence
    this.#acknowledged = initialSequence
    this.#room = flowWindow
  }

  /** True while packets wait to be sent for the first time, or there is little room for more. */
  get isBusy(): boolean {
    return this.#next !== this.#end || this.#window.offsetOf(this.#end) > sendCapacity - reserve
  }

  /** True once the peer has everything, or nothing more can be done about it. */
  get isEmpty(): boolean {
    return this.#window.first === this.#end
  }

  /** The next packet will have this sequence number. */
  get nextSequence(): number {
    return this.#end
  }

  /** How it is now. Looks at each packet that waits: not for the packet path. */
  state(now: Microseconds): SendState {
    const { first } = this.#window
    const pktSndBuf = this.#window.offsetOf(this.#end)
    let byteSndBuf: Bytes = 0
    for (let i = 0; i < pktSndBuf; i++) byteSndBuf += wireSize(this.#window.get(addSequence(first, i)))
    const oldest = this.#window.get(first)?.submittedAt ?? 0
    const newest = this.#window.get(addSequence(first, pktSndBuf - 1))?.submittedAt ?? 0
    return {
      mbpsSendRate: this.#rate.bitsPerSecond(now / 1000) / 1e6,
      pktFlowWindow: this.#room,
      pktFlightSize: sequenceDistance(this.#acknowledged, this.#next),
      pktSndBuf,
      byteSndBuf,
      msSndBuf: Math.round((newest - oldest) / 1000),
    }
  }

  /** Send a payload, as soon as the link lets it. */
  push({ key, payload }: SealedPayload, now: Microseconds): void {
    if (this.#window.offsetOf(this.#end) >= sendCapacity) {
      this.#options.statistics.pktSndDrop++
      this.#options.statistics.byteSndDrop += payload.length + packetOverhead
      return
    }
    this.#message = (this.#message & messageMask) === messageMask ? 1 : this.#message + 1
    const sequence = this.#end
    const data = { sequence, message: this.#message, key, isRetransmitted: false, timestamp: 0, payload }
    const entry = this.#window.takeSpare() ?? newPacket()
    entry.packet = encodeDataPacket(data, this.#options.peerSocketId, entry.packet)
    entry.submittedAt = now
    entry.stampedAt = now
    entry.sentAt = now
    entry.isRepeated = false
    this.#window.put(sequence, entry)
    this.#end = addSequence(sequence, 1)
    this.#pacer.addInput(entry.packet.length)
  }

  /** Called each 10 ms, and after `push`: send what may be sent, the missing packets first. */
  flush(now: Microseconds): void {
    this.#pacer.update(now)
    while (this.#pacer.isOpen && (this.#retransmitNext(now) || this.#sendNext(now)));
  }

  /** Called each 10 ms: forget what is too late, and ask oneself what the peer may have missed without a word. */
  tick(now: Microseconds): void {
    this.#dropLate(now)
    this.#noteSilence(now)
    this.flush(now)
  }

  /**
   * The peer has, or gives up, everything before a sequence number.
   *
   * @throws {ProtocolError} If that was never sent.
   */
  acknowledge({ sequence, link }: Acknowledgement, now: Microseconds): void {
    if (sequenceDistance(this.#next, sequence) > 0) throw malformed(`ACK: packet ${sequence} was not sent yet`)
    if (link !== undefined) {
      this.#options.roundTrip.addReport(link.rtt, link.rttVariance)
      this.#room = link.availableBuffer
    }
    if (sequenceDistance(this.#acknowledged, sequence) <= 0) return
    this.#acknowledged = sequence
    this.#silence.noteAcknowledged(now)
    if (this.#window.offsetOf(sequence) <= 0) return
    this.#forgetBefore(sequence)
    this.flush(now)
  }

  /**
   * The peer misses packets. Returns those that are here no more, from the first that it misses on.
   *
   * @throws {ProtocolError} If some of them were never sent.
   */
  reportLoss(ranges: readonly SequenceRange[], now: Microseconds): SequenceRange | undefined {
    for (const { first, last } of ranges) {
      this.#checkSent(first)
      this.#checkSent(last)
    }
    const { first } = this.#window
    let goneFrom = first
    for (const range of ranges) {
      const missing = clip(range, this.#acknowledged, range.last)
      if (missing === undefined) continue
      this.#options.statistics.pktSndLoss += rangeLength(missing)
      if (sequenceDistance(missing.first, goneFrom) > 0) goneFrom = missing.first
      const kept = clip(missing, first, missing.last)
      if (kept !== undefined) this.#losses.add(kept)
    }
    this.flush(now)
    return goneFrom === first ? undefined : { first: goneFrom, last: addSequence(first, -1) }
  }

  #checkSent(sequence: number): void {
    if (sequenceDistance(sequence, this.#next) > 0) return
    throw malformed(`loss report: packet ${sequence} was not sent yet`)
  }

  /** False if there is nothing to be sent again now. */
  #retransmitNext(now: Microseconds): boolean {
    const { peerRepeatsReports, statistics } = this.#options
    for (let lost = this.#losses.first; lost !== undefined; lost = this.#losses.first) {
      this.#losses.remove(lost)
      const entry = this.#window.get(lost)
      if (entry === undefined || (peerRepeatsReports && isUnderway(entry, this.#options, now))) continue
      markRetransmitted(entry.packet)
      entry.isRepeated = true
      statistics.pktRetrans++
      statistics.byteRetrans += wireSize(entry)
      this.#transmit(entry, now)
      return true
    }
    return false
  }

  /**
   * False if everything was sent, or the peer has no room for more. What had to wait is played so much later: what gets
   * lost of a large group of pictures could not come again otherwise.
   */
  #sendNext(now: Microseconds): boolean {
    const entry = this.#next === this.#end ? undefined : this.#window.get(this.#next)
    if (entry === undefined || this.#window.offsetOf(this.#next) >= this.#room) return false
    this.#silence.noteSentNew(now)
    this.#next = addSequence(this.#next, 1)
    entry.stampedAt = now
    stampDataPacket(entry.packet, timestampAt(now, this.#options.startedAt))
    this.#transmit(entry, now)
    return true
  }

  #transmit(entry: SentPacket, now: Microseconds): void {
    const { statistics, transmit } = this.#options
    const size: Bytes = entry.packet.length
    entry.sentAt = now
    statistics.pktSent++
    statistics.byteSent += wireSize(entry)
    this.#rate.add(wireSize(entry), now / 1000)
    this.#pacer.spend(size)
    transmit(entry.packet)
  }

  #dropLate(now: Microseconds): void {
    let sequence = this.#window.first
    for (;;) {
      const entry = this.#window.get(sequence)
      if (entry === undefined || now - entry.stampedAt <= this.#hold) break
      this.#options.statistics.byteSndDrop += wireSize(entry)
      sequence = addSequence(sequence, 1)
    }
    const dropped = this.#window.offsetOf(sequence)
    if (dropped === 0) return
    this.#options.statistics.pktSndDrop += dropped
    this.#forgetBefore(sequence)
  }

  /** Send again what the peer should have acknowledged by now. */
  #noteSilence(now: Microseconds): void {
    const { first } = this.#window
    const entry = first === this.#next ? undefined : this.#window.get(first)
    if (entry === undefined || !this.#losses.isEmpty || !this.#silence.hasRunOut(entry.stampedAt, now)) return
    const missing = { first, last: addSequence(this.#next, -1) }
    this.#options.statistics.pktSndLoss += rangeLength(missing)
    this.#losses.add(missing)
  }

  #forgetBefore(sequence: number): void {
    this.#window.moveTo(sequence)
    this.#losses.removeBefore(sequence)
    if (sequenceDistance(this.#next, sequence) > 0) this.#next = sequence
  }
}

/** The part of the range that is neither before `first` nor behind `last`. */
function clip(range: SequenceRange, first: number, last: number): SequenceRange | undefined {
  const from = sequenceDistance(first, range.first) >= 0 ? range.first : first
  const to = sequenceDistance(range.last, last) >= 0 ? range.last : last
  return sequenceDistance(from, to) >= 0 ? { first: from, last: to } : undefined
}
