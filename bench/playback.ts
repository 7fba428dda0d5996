/** A way to play a stream, without its socket: bytes in, media out. */
export type Playback = {
  /** The socket is connected. */
  readonly open: () => void
  /** Take in what the server sent; `bytes` are borrowed until the call returns. */
  readonly push: (bytes: Buffer) => void
  /** Tell the server how many bytes have come in all, where the protocol wants it. */
  readonly acknowledge: (totalBytes: number) => void
}

/** What a playback tells its player. */
export type PlaybackEvents = {
  readonly write: (bytes: Buffer | string) => void
  /** One FLV tag body; borrowed until the call returns. */
  readonly media: (type: number, body: Buffer) => void
  readonly failed: (reason: string) => void
}

export type PlayProtocol = 'rtmp' | 'rtmps' | 'http-flv' | 'srt'

/** Which stream is played, and where. */
export type PlayTarget = {
  readonly protocol: PlayProtocol
  readonly host: string
  readonly port: number
  readonly app: string
  readonly name: string
}

/** FLV tag types, which are RTMP's message types too. */
export const AUDIO_TAG = 8
export const VIDEO_TAG = 9

/** What a tag body holds, as far as the bench needs to know. Source: FLV 10.1 §E.4.2.1, §E.4.3.1. */
export function frameKind(type: number, body: Buffer): 'key' | 'inter' | 'audio' | 'other' {
  if (body.length < 2 || body[1] !== 1) return 'other'
  if (type === AUDIO_TAG) return 'audio'
  if (type !== VIDEO_TAG) return 'other'
  return body.readUInt8() >> 4 === 1 ? 'key' : 'inter'
}
