import { codecLabels } from '../../codecs/codec-facts.ts'
import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { type AccessUnit, noAccessUnits, type PesToAccessUnits, type TrackForm } from './access-unit.ts'
import type { ReceivedPes } from './pes-header.ts'

/** Of one PES packet. */
const mostCells = 1024

/** How PES packets hold metadata: as it is, or in cells with heads of their own, as synchronous KLV is. */
export type MetadataCarriage = 'plain' | 'cells'

/** Metadata in PES packets of its own. */
export class MetadataFromPes implements PesToAccessUnits {
  readonly #form: TrackForm
  readonly #takeApart: (payload: Uint8Array) => Uint8Array
  #unreadable = 0

  constructor(codec: 'klv' | 'id3', carriage: MetadataCarriage) {
    this.#form = { kind: 'data', codec, codecLabel: codecLabels[codec], config: undefined }
    this.#takeApart = carriage === 'cells' ? metadataCells : payload => payload.slice()
  }

  get unreadable(): number {
    return this.#unreadable
  }

  read({ pts, payload }: ReceivedPes): readonly AccessUnit[] {
    try {
      const data = this.#takeApart(payload)
      return data.length === 0 ? noAccessUnits : [metadata(this.#form, pts, data)]
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#unreadable++
      return noAccessUnits
    }
  }

  lost(): void {}
}

/** @param payload Owned. */
export function metadata(form: TrackForm, dts: AccessUnit['dts'], payload: Uint8Array): AccessUnit {
  return { form, dts, compositionOffset: 0, isKey: true, payload }
}

/**
 * The data of all metadata access unit cells of a PES packet.
 *
 *     { metadata_service_id (8) | sequence_number (8) | flags (8) | AU_cell_data_length (16) | data } …
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 13818-1 §2.12.4.2 (Metadata_AU_cell), SMPTE RP 2217
 */
function metadataCells(payload: Uint8Array): Uint8Array {
  const reader = new ByteReader(payload, 'mpegts')
  const pieces: Uint8Array[] = []
  while (reader.bytesLeft > 0) {
    if (pieces.length === mostCells) {
      throw new ProtocolError('mpegts', 'limit', `Cannot decode metadata cells: there are at most ${mostCells} of them`)
    }
    reader.bytes(3)
    pieces.push(reader.bytes(reader.u16()))
  }
  return Uint8Array.from(Buffer.concat(pieces))
}
