import type { BitReader } from '../../core/bit-reader.ts'

/**
 * Read a program_config_element and count its output channels: an element that is a pair has two.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-3 §4.4.1.1 (table 4.2)
 */
export function decodeProgramConfigChannels(reader: BitReader): number {
  reader.skip(10) // element_instance_tag, object_type, sampling_frequency_index
  const front = reader.bits(4)
  const side = reader.bits(4)
  const back = reader.bits(4)
  const lfe = reader.bits(2)
  const assocData = reader.bits(3)
  const coupling = reader.bits(4)
  if (reader.flag()) reader.skip(4) // mono_mixdown_element_number
  if (reader.flag()) reader.skip(4) // stereo_mixdown_element_number
  if (reader.flag()) reader.skip(3) // matrix_mixdown_idx, pseudo_surround_enable
  const channels = lfe + countChannels(reader, front + side + back)
  reader.skip(4 * lfe + 4 * assocData + 5 * coupling)
  reader.align()
  reader.skip(8 * reader.bits(8)) // comment
  return channels
}

function countChannels(reader: BitReader, elements: number): number {
  let channels = 0
  for (let element = 0; element < elements; element++) {
    channels += reader.flag() ? 2 : 1
    reader.skip(4) // element_tag_select
  }
  return channels
}
