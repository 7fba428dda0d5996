import type { Av1ColorConfig } from '../../codecs/av1/color-config.ts'
import { decodeObus, type Obu, obuTypes } from '../../codecs/av1/obu.ts'
import { splitAtStartCodes, startCode } from '../../codecs/nal/annex-b.ts'
import { insertEmulationPrevention, removeEmulationPrevention } from '../../codecs/nal/rbsp.ts'
import type { Frame } from '../../media/frame.ts'

/**
 * A temporal unit in pieces: each OBU behind a start code, so that it can be found, and without anything that looks like
 * one. At a key frame the sequence header is there.
 *
 * The specification wants a PES packet for each frame, hidden ones too. Those who read AV1 make a sample of each PES
 * packet, and a sample is a temporal unit; without hidden frames, as in live streams, that is the same.
 *
 *     { 00 00 01 | open_bitstream_unit with emulation prevention } …
 *
 * @param configObus Of the track's configuration.
 * @throws {ProtocolError} If the frame is malformed.
 * @see Carriage of AV1 in MPEG-2 TS, v1.0.1 §3.2, §3.3, §3.4
 */
export function av1AccessUnit({ payload, isKey }: Frame, configObus: readonly Obu[]): readonly Uint8Array[] {
  const obus = decodeObus(payload).filter(({ type }) => type !== obuTypes.temporalDelimiter)
  const isSelfContained = !isKey || obus.some(({ type }) => type === obuTypes.sequenceHeader)
  const all = isSelfContained ? obus : [...configObus, ...obus]
  return all.flatMap(({ bytes }) => [startCode, insertEmulationPrevention(bytes)])
}

/**
 * The OBUs of an access unit. What stands behind the size that an OBU tells is left out; one that tells none ends where
 * its last bit is set.
 *
 * @throws {ProtocolError}
 * @see Carriage of AV1 in MPEG-2 TS, v1.0.1 §3.2
 */
export function decodeAv1AccessUnit(payload: Uint8Array): readonly Obu[] {
  return splitAtStartCodes(payload, 'av1').units.flatMap(unit =>
    decodeObus(removeEmulationPrevention(unit)).slice(0, 1),
  )
}

/** hdr_wcg_idc. */
const dynamicRange = { standard: 0, wideColors: 1, highAndWide: 2 } as const
const bt2020 = 9
const pq = 16
const hlg = 18

/** @see Carriage of AV1 in MPEG-2 TS, v1.0.1 §2.2.2 */
export function hdrWcgIdc(color: Av1ColorConfig | undefined): number {
  if (color?.transferCharacteristics === pq || color?.transferCharacteristics === hlg) return dynamicRange.highAndWide
  return color?.colorPrimaries === bt2020 ? dynamicRange.wideColors : dynamicRange.standard
}
