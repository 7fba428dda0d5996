import type { Ticks } from '../../core/units.ts'
import { hasClockReference, noAdaptation, replaceClockReference } from './adaptation-field.ts'
import { referenceClock } from './clock-reference.ts'
import type { PacketPlaces, TimedPackets } from './packet-places.ts'
import { writeAdaptationPacket } from './packetize.ts'
import { SlotClock } from './slot-clock.ts'
import { fixedPids, packetBodySize, packetHeaderSize, packetSize, writePacketHeader } from './transport-packet.ts'

const ticksPerMs = referenceClock / 1000

/**
 * How far the PCR is set back, beside the half second that the muxer leaves from PCR to decoding: together they are the
 * second for which ISO/IEC 13818-1 §2.4.2.6 lets data wait, and so the time in which a large picture gets through.
 */
const setBack: Ticks = 0.5 * referenceClock
/** How late packets may leave: what is later would come after its decoding, with some room for sound that is late itself. */
const longestDelay: Ticks = 0.9 * referenceClock
/** Longest distance of PCRs. Source: ETSI TS 101 154 §4.1.5.3 (40 ms recommended). */
const pcrInterval: Ticks = 0.04 * referenceClock
/** A pause that is longer is not filled: the clock jumps. */
const longestFill: Ticks = referenceClock

const none = -1

/** One unit of packets that waits. */
type Waiting = { readonly packets: TimedPackets; readonly time: Ticks; at: number }

/**
 * Makes a transport stream of constant rate out of one that is not: each packet gets a slot, slots that nothing waits for
 * get null packets, and a PCR says exactly when its slot is. Time is that of the media; nothing here depends on when
 * packets are written.
 *
 * When the stream needs more than the rate for so long that packets would come after their time, it goes on at the next
 * join point.
 *
 * @see ISO/IEC 13818-1 §2.4.2.2 (PCR and the rate between PCRs)
 */
export class ConstantRate {
  readonly #out: PacketPlaces
  readonly #slots: SlotClock
  /** Of the media at slot time 0; `undefined` before the first packet. */
  #origin: Ticks | undefined
  #newest: Ticks = Number.NEGATIVE_INFINITY
  readonly #queue: Waiting[] = []
  /** True while packets are left out until the next join point. */
  #isSkipping = false
  #isJump = false
  #pcrPid = none
  /** Of the last packet on that PID. */
  #continuityCounter = 0
  #lastPcr: Ticks = Number.NEGATIVE_INFINITY
  /** Units of packets that were left out because the rate is too low for them. */
  dropped = 0

  /** @param bitrate Bits per second of whole packets. */
  constructor(out: PacketPlaces, bitrate: number) {
    this.#out = out
    this.#slots = new SlotClock(bitrate)
  }

  /** Take in the next unit, which stays as it is. All slots up to its time are written. */
  write(packets: TimedPackets): void {
    const time = packets.time * ticksPerMs
    if (this.#origin === undefined) this.#moveClock(time)
    else if (this.#isJumpTo(time, packets)) this.#jump(time)
    if (this.#isSkipping && !packets.isJoinPoint) {
      this.dropped++
      return
    }
    this.#isSkipping = false
    this.#queue.push({ packets, time, at: packets.start })
    this.#newest = Math.max(this.#newest, time)
    while (this.#now < this.#newest) this.#fillSlot()
  }

  /** Nothing comes for a while: write what waits. */
  flush(): void {
    while (this.#queue.length > 0) this.#fillSlot()
  }

  /** Forwards, anything that is no pause; back, whatever can be decoded without what was before. */
  #isJumpTo(time: Ticks, { isJoinPoint }: TimedPackets): boolean {
    return time - this.#now > longestFill || (isJoinPoint && this.#newest - time > longestFill)
  }

  #jump(time: Ticks): void {
    this.flush()
    this.#moveClock(time)
    this.#isJump = true
  }

  /** Media time of the next slot. */
  get #now(): Ticks {
    return (this.#origin ?? 0) + this.#slots.time
  }

  #moveClock(time: Ticks): void {
    this.#origin = time - this.#slots.time
    this.#newest = time
  }

  #fillSlot(): void {
    const at = this.#out.place(this.#slots.time / ticksPerMs)
    const waiting = this.#next()
    if (this.#isPcrDue) this.#writePcr(at)
    else if (waiting === undefined) writeNullPacket(this.#out.bytes, at)
    else this.#copy(waiting, at)
    this.#slots.advance()
  }

  /** The first unit whose time has come; those whose time is over are left out. */
  #next(): Waiting | undefined {
    const [first] = this.#queue
    if (first !== undefined && this.#now - first.time > longestDelay) this.#skip()
    const next = this.#queue[0]
    return next !== undefined && next.time <= this.#now ? next : undefined
  }

  #skip(): void {
    const joinAt = this.#queue.findIndex(
      ({ packets, time, at }) => packets.isJoinPoint && at === packets.start && this.#now - time <= longestDelay,
    )
    const count = joinAt < 0 ? this.#queue.length : joinAt
    this.#queue.splice(0, count)
    this.dropped += count
    this.#isSkipping = joinAt < 0
  }

  /** True if in the next slot it would be too late. */
  get #isPcrDue(): boolean {
    return this.#pcrPid !== none && this.#now + this.#slots.step - this.#lastPcr > pcrInterval
  }

  #copy(waiting: Waiting, at: number): void {
    const { bytes } = this.#out
    const { packets } = waiting
    bytes.set(packets.bytes.subarray(waiting.at, waiting.at + packetSize), at)
    waiting.at += packetSize
    if (waiting.at >= packets.end) this.#queue.shift()
    this.#stamp(bytes, at)
  }

  /** A packet with a PCR gets the one of its slot. */
  #stamp(bytes: Uint8Array, at: number): void {
    const pid = (((bytes[at + 1] as number) & 0x1f) << 8) | (bytes[at + 2] as number)
    const fourth = bytes[at + 3] as number
    const hasAdaptation = (fourth & 0x20) !== 0
    if (hasAdaptation && hasClockReference(bytes, at + packetHeaderSize)) {
      replaceClockReference(bytes, at + packetHeaderSize, this.#now - setBack, this.#isJump)
      this.#pcrPid = pid
      this.#lastPcr = this.#now
      this.#isJump = false
    }
    if (pid === this.#pcrPid) this.#continuityCounter = fourth & 0xf
  }

  #writePcr(at: number): void {
    const { bytes } = this.#out
    writeAdaptationPacket(bytes, at, this.#pcrPid, this.#continuityCounter, { ...noAdaptation, pcr: 0 })
    this.#stamp(bytes, at)
  }
}

/** Source: ISO/IEC 13818-1 §2.4.1, table 2-3. */
function writeNullPacket(into: Uint8Array, at: number): void {
  writePacketHeader(into, at, {
    ...{ pid: fixedPids.null, payloadUnitStart: false, content: 'payload', continuityCounter: 0 },
  })
  into.fill(0xff, at + packetHeaderSize, at + packetHeaderSize + packetBodySize)
}
