import type { Bytes } from '../../core/units.ts'
import { type AdaptationField, adaptationFieldSize, noAdaptation, writeAdaptationField } from './adaptation-field.ts'
import { packetBodySize, packetHeaderSize, packetSize, writePacketHeader } from './transport-packet.ts'

/** A PES packet, or sections behind a pointer_field, to be cut into transport packets. */
export type PayloadUnit = {
  readonly pid: number
  /** Of the first packet. */
  readonly continuityCounter: number
  /** What the first packet says beside the payload. */
  readonly adaptation: AdaptationField
  /** At least one byte. */
  readonly payload: Uint8Array
}

/** Transport packets that so much payload takes. */
export function countPackets(payloadSize: Bytes, adaptation: AdaptationField): number {
  return Math.ceil((adaptationFieldSize(adaptation) + payloadSize) / packetBodySize)
}

/**
 * Write a payload unit as whole transport packets, the last one (or the only one) filled up by its adaptation field.
 *
 * @returns How many packets, as `countPackets` says.
 */
export function writePackets(into: Uint8Array, at: number, unit: PayloadUnit): number {
  const { pid, payload } = unit
  let count = 0
  let done = 0
  while (done < payload.length) {
    const adaptation = count === 0 ? unit.adaptation : noAdaptation
    const room = packetBodySize - adaptationFieldSize(adaptation)
    const taken = Math.min(room, payload.length - done)
    const packetAt = at + count * packetSize
    const adaptationSize = packetBodySize - taken
    writePacketHeader(into, packetAt, {
      pid,
      payloadUnitStart: count === 0,
      content: adaptationSize === 0 ? 'payload' : 'adaptation and payload',
      continuityCounter: unit.continuityCounter + count,
    })
    if (adaptationSize > 0) writeAdaptationField(into, packetAt + packetHeaderSize, adaptationSize, adaptation)
    into.set(payload.subarray(done, done + taken), packetAt + packetHeaderSize + adaptationSize)
    done += taken
    count++
  }
  return count
}

/**
 * Write one packet without payload: an adaptation field alone.
 *
 * @param continuityCounter Of the packet before, for it counts payloads only.
 */
export function writeAdaptationPacket(
  into: Uint8Array,
  at: number,
  pid: number,
  continuityCounter: number,
  adaptation: AdaptationField,
): void {
  writePacketHeader(into, at, { pid, payloadUnitStart: false, content: 'adaptation', continuityCounter })
  writeAdaptationField(into, at + packetHeaderSize, packetBodySize, adaptation)
}

/** A section as the payload of whole packets: pointer_field 0, section, stuffing. Source: ISO/IEC 13818-1 §2.4.4.1. */
export function sectionPayload(section: Uint8Array): Uint8Array {
  const packets = Math.ceil((1 + section.length) / packetBodySize)
  const payload = new Uint8Array(packets * packetBodySize).fill(0xff)
  payload[0] = 0
  payload.set(section, 1)
  return payload
}
