import { decodeOpusIdentificationHeader } from './identification-header.ts'

const fixedSize = 11

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
