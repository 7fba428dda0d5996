import { findFlacStreamInfo, flacStreamInfoSize } from './stream-info.ts'

const versionAndFlags = [0, 0, 0, 0]
const lastBlock = 0x80

/**
 * The body of the FLACSpecificBox, `dfLa`, of a track. Only STREAMINFO is kept: other blocks are tags and pictures.
 *
 *     | version 0 (8) | flags 0 (24) | last 1 (1) type 0 (7) | length 34 (24) | STREAMINFO (272) |
 *
 * @param config From "fLaC" on.
 * @throws {ProtocolError}
 * @see Encapsulation of FLAC in ISO Base Media File Format §3.3.2
 */
export function encodeFlacSpecificBox(config: Uint8Array): Uint8Array {
  return Uint8Array.of(...versionAndFlags, lastBlock, 0, 0, flacStreamInfoSize, ...findFlacStreamInfo(config))
}
