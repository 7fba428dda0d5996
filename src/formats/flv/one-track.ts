import { multitrackTypes, type TrackPart } from './multitrack.ts'

/** Bytes between the first byte of a body and the track's data: multitrack type and packet type, FourCC, track id. */
export const oneTrackHeadSize = 6

/** Write the head of a multitrack message of one track, from behind the first byte, or the modifiers, of a body on. */
export function writeOneTrackHead(
  into: Uint8Array,
  at: number,
  packetType: number,
  fourCc: number,
  trackId: number,
): void {
  into[at] = (multitrackTypes.oneTrack << 4) | packetType
  into[at + 1] = fourCc >>> 24
  into[at + 2] = fourCc >>> 16
  into[at + 3] = fourCc >>> 8
  into[at + 4] = fourCc
  into[at + 5] = trackId
}

/**
 * Encode a whole body with one track.
 *
 * @param firstByte With PacketType.Multitrack, as video or audio has it.
 */
export function encodeOneTrack(firstByte: number, packetType: number, part: TrackPart): Uint8Array {
  const body = new Uint8Array(1 + oneTrackHeadSize + part.data.length)
  body[0] = firstByte
  writeOneTrackHead(body, 1, packetType, part.fourCc, part.trackId)
  body.set(part.data, 1 + oneTrackHeadSize)
  return body
}
