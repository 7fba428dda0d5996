import { randomInt } from 'node:crypto'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import { systemClock } from '../../../formats/mpegts/clock.ts'
import type { PacketPlaces } from '../../../formats/mpegts/packet-places.ts'
import { packetSize } from '../../../formats/mpegts/transport-packet.ts'
import { rtpHeaderSize, writeRtpHeader } from '../../../formats/rtp/rtp-header.ts'

/** MP2T. Source: RFC 3551 §6. */
const payloadType = 33
const ticksPerMs = systemClock / 1000
/** Datagrams are written into blocks, so that one does not cost an allocation of its own. */
const blockSize: Bytes = 64 * 1024
/** A datagram that is not full waits for more packets no longer. */
const longestFill: Milliseconds = 100

type Datagram = { readonly bytes: Uint8Array; readonly time: Milliseconds }

export type DatagramOptions = {
  /** Packets in a full datagram. */
  readonly packets: number
  readonly isRtp: boolean
}

/**
 * Packets put together to datagrams, which wait for their time. Over RTP each has a header with the time at which it
 * leaves.
 *
 * @see RFC 2250 §2
 */
export class DatagramQueue implements PacketPlaces {
  bytes = Buffer.alloc(0)
  readonly #packets: number
  readonly #isRtp: boolean
  readonly #ssrc = randomInt(2 ** 32)
  readonly #firstTimestamp = randomInt(2 ** 32)
  #sequenceNumber = randomInt(2 ** 16)
  #queue: Datagram[] = []
  /** Of the first in the queue that has not left. */
  #head = 0
  /** Offsets in the block. */
  #start = 0
  #end = 0
  /** Packets in the datagram that is being filled. */
  #count = 0
  #openedAt: Milliseconds = 0
  /** Time of the last packet. */
  endTime: Milliseconds = 0

  constructor({ packets, isRtp }: DatagramOptions) {
    this.#packets = packets
    this.#isRtp = isRtp
  }

  get isEmpty(): boolean {
    return this.#head === this.#queue.length
  }

  /** From the first that waits to the last packet. */
  get span(): Milliseconds {
    return this.endTime - (this.#queue[this.#head]?.time ?? this.endTime)
  }

  place(time: Milliseconds): number {
    if (this.#count > 0 && time - this.#openedAt > longestFill) this.close()
    if (this.#count === 0) this.#open(time)
    const at = this.#end
    this.#end += packetSize
    this.#count++
    this.endTime = time
    // It is filled before anybody can take it.
    if (this.#count === this.#packets) this.close()
    return at
  }

  /** Let what has been filled so far be all of a datagram. */
  close(): void {
    if (this.#count === 0) return
    this.#queue.push({ bytes: this.bytes.subarray(this.#start, this.#end), time: this.endTime })
    this.#count = 0
  }

  /** The next datagram, if its time is not after `time`. */
  take(time: Milliseconds): Uint8Array | undefined {
    const next = this.#queue[this.#head]
    if (next === undefined || next.time > time) return undefined
    this.#head++
    if (this.isEmpty) {
      this.#queue = []
      this.#head = 0
    }
    return next.bytes
  }

  #open(time: Milliseconds): void {
    const headerSize = this.#isRtp ? rtpHeaderSize : 0
    const size = headerSize + this.#packets * packetSize
    if (this.#end + size > this.bytes.length) {
      this.bytes = Buffer.allocUnsafeSlow(Math.max(blockSize, size))
      this.#end = 0
    }
    this.#start = this.#end
    this.#openedAt = time
    if (this.#isRtp) this.#writeHeader(time)
    this.#end += headerSize
  }

  #writeHeader(time: Milliseconds): void {
    const timestamp = this.#firstTimestamp + Math.round(time * ticksPerMs)
    const { bytes } = this
    writeRtpHeader(bytes, this.#start, {
      ...{ payloadType, sequenceNumber: this.#sequenceNumber++, timestamp, ssrc: this.#ssrc },
    })
  }
}
