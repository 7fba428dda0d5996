import { ProtocolError } from '../../core/errors.ts'
import { decodeOpusIdentificationHeader } from './identification-header.ts'

const fixedSize = 11
/** Without the mapping of channels. */
const identificationHeaderSize = 19

/**
 * The body of the OpusSpecificBox, `dOps`, of a track: the fields of its identification header, high byte first.
 *
 *     | version 0 (8) | OutputChannelCount (8) | PreSkip (16) | InputSampleRate (32) | OutputGain (16) |
 *     | ChannelMappingFamily (8) | StreamCount (8) | CoupledCount (8) | ChannelMapping (8 per channel) |
 *
 * @param config From "OpusHead" on.
 * @throws {ProtocolError}
 * @see Encapsulation of Opus in ISO Base Media File Format §4.3.2
 */
export function encodeOpusSpecificBox(config: Uint8Array): Uint8Array {
  const header = decodeOpusIdentificationHeader(config)
  const body = new Uint8Array(fixedSize + header.channelMappingTable.length)
  const view = new DataView(body.buffer)
  view.setUint8(1, header.outputChannelCount)
  view.setUint16(2, header.preSkip)
  view.setUint32(4, header.inputSampleRate)
  view.setInt16(8, header.outputGain)
  view.setUint8(10, header.channelMappingFamily)
  body.set(header.channelMappingTable, fixedSize)
  return body
}

/**
 * The identification header that a dOps box tells, from "OpusHead" on: see `encodeOpusSpecificBox`.
 *
 * @throws {ProtocolError}
 * @see Encapsulation of Opus in ISO Base Media File Format §4.3.2
 */
export function decodeOpusSpecificBox(body: Uint8Array): Uint8Array {
  if (body.length < fixedSize) {
    const rule = `it has ${fixedSize} bytes at least, is ${body.length}`
    throw new ProtocolError('opus', 'malformed', `Cannot decode Opus configuration: ${rule}`)
  }
  const table = body.subarray(fixedSize)
  const from = new DataView(body.buffer, body.byteOffset, body.length)
  const config = new Uint8Array(identificationHeaderSize + table.length)
  const view = new DataView(config.buffer)
  config.set(new TextEncoder().encode('OpusHead'))
  view.setUint8(8, 1) // version
  view.setUint8(9, from.getUint8(1))
  view.setUint16(10, from.getUint16(2), true)
  view.setUint32(12, from.getUint32(4), true)
  view.setInt16(16, from.getInt16(8), true)
  view.setUint8(18, from.getUint8(10))
  config.set(table, identificationHeaderSize)
  decodeOpusIdentificationHeader(config)
  return config
}
