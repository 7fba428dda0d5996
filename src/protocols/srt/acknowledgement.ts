import type { Microseconds } from '../../core/units.ts'
import { malformed, readWord, writeWord } from './packet.ts'
import { sequenceMask } from './sequence-number.ts'

/** What an ACK says. */
export type Acknowledgement = {
  /** Of full acknowledgements, from 1 on; 0 of light and small ones, which are not acknowledged in turn. */
  readonly number: number
  /** Everything before this sequence number has come, or is waited for no more. */
  readonly sequence: number
  /** What a light acknowledgement leaves out. */
  readonly link?: LinkReport
}

/** How the receiver sees the link. */
export type LinkReport = {
  readonly rtt: Microseconds
  readonly rttVariance: Microseconds
  /** Packets for which the receiver has room. */
  readonly availableBuffer: number
  /** What a small acknowledgement leaves out. */
  readonly rates?: ReceiveRates
}

export type ReceiveRates = {
  readonly packetsPerSecond: number
  /** Estimate of what the link can carry; 0 if there is none. */
  readonly capacityPacketsPerSecond: number
  readonly bytesPerSecond: number
}

const lightSize = 4
const smallSize = 16
const fullSize = 28

/**
 * Decode the field of an ACK, whose length says how much it tells.
 *
 *     +-+-------------------------------------+
 *     |0|  first sequence number not acked    |   light
 *     +-+-------------------------------------+
 *     |  RTT, RTT variance (µs)               |
 *     |  available buffer size (packets)      |   small
 *     +---------------------------------------+
 *     |  packets receiving rate               |
 *     |  estimated link capacity              |
 *     |  receiving rate (bytes)               |   full
 *     +---------------------------------------+
 *
 * libsrt before 1.5 ends some of them earlier or adds a word; what is behind is not looked at.
 *
 * @throws {ProtocolError}
 * @see SRT draft §3.2.4
 */
export function decodeAcknowledgement(number: number, field: Uint8Array): Acknowledgement {
  if (field.length < lightSize) throw malformed(`ACK: it must have ${lightSize} bytes, has ${field.length}`)
  const sequence = readWord(field, 0)
  if (sequence > sequenceMask) throw malformed(`ACK: its sequence number must have 31 bits, is ${sequence}`)
  if (field.length < smallSize) return { number, sequence }
  const link = { rtt: readWord(field, 4), rttVariance: readWord(field, 8), availableBuffer: readWord(field, 12) }
  if (field.length < fullSize) return { number, sequence, link }
  const rates = {
    packetsPerSecond: readWord(field, 16),
    capacityPacketsPerSecond: readWord(field, 20),
    bytesPerSecond: readWord(field, 24),
  }
  return { number, sequence, link: { ...link, rates } }
}

export function encodeAcknowledgement({ sequence, link }: Acknowledgement): Uint8Array {
  const rates = link?.rates
  const field = new Uint8Array(link === undefined ? lightSize : rates === undefined ? smallSize : fullSize)
  writeWord(field, 0, sequence)
  if (link === undefined) return field
  writeWord(field, 4, link.rtt)
  writeWord(field, 8, link.rttVariance)
  writeWord(field, 12, link.availableBuffer)
  if (rates === undefined) return field
  writeWord(field, 16, rates.packetsPerSecond)
  writeWord(field, 20, rates.capacityPacketsPerSecond)
  writeWord(field, 24, rates.bytesPerSecond)
  return field
}
