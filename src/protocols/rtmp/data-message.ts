import { isMetadata } from '../../formats/flv/metadata.ts'
import { type Message, messageType } from './message.ts'

/** The AMF0 string "@setDataFrame" (marker, length, text): what follows is to be kept for players that come later. */
const setDataFrame = Buffer.from('\x02\x00\x0d@setDataFrame', 'latin1')
const clearDataFrame = Buffer.from('\x02\x00\x0f@clearDataFrame', 'latin1')

/**
 * The AMF0 body of a data message as players shall see it, without "@setDataFrame". Returns `undefined` for
 * "@clearDataFrame", which is for the server only. A message of type 15 has one more byte in front of its AMF0.
 *
 * @see RTMP 1.0 §7.1.2, Adobe Flash Media Server: adding metadata to a live stream
 */
export function dataMessageBody({ type, payload }: Message): Uint8Array | undefined {
  const body = type === messageType.dataAmf3 ? payload.subarray(1) : payload
  if (startsWith(body, clearDataFrame)) return undefined
  return startsWith(body, setDataFrame) ? body.subarray(setDataFrame.length) : body
}

/** What servers tell a player and not its viewers, each as an AMF0 string: Flash's access rights and data status. */
const playerNotes = [
  Buffer.from('\x02\x00\x11|RtmpSampleAccess', 'latin1'),
  Buffer.from('\x02\x00\x08onStatus', 'latin1'),
]

/** True for script data that a server makes for each player, which is no part of the stream. */
export function isPlayerNote(body: Uint8Array): boolean {
  return playerNotes.some(note => startsWith(body, note))
}

/** The body of metadata as encoders send it, so that the server keeps it; other script data is sent as it is. */
export function publishedDataBody(body: Uint8Array): Uint8Array {
  return isMetadata(body) ? Buffer.concat([setDataFrame, body]) : body
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, i) => bytes[i] === byte)
}
