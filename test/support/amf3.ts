import type { AmfValue } from '../../src/formats/amf/amf-value.ts'
import { AmfWriter } from '../../src/formats/amf/amf-writer.ts'
import { writeAmf3 } from '../../src/formats/amf/encode-amf3.ts'

/** One value alone: on the wire they stand in AMF0. */
export function encodeAmf3(value: AmfValue): Uint8Array {
  const writer = new AmfWriter()
  writeAmf3(writer, value)
  return writer.finish()
}
