/** One RTMP message, whole. */
export type Message = {
  readonly type: number
  readonly streamId: number
  /** Milliseconds, modulo 2^32. */
  readonly timestamp: number
  /** Owned by whoever gets the message. */
  readonly payload: Uint8Array
}

/** Source: RTMP 1.0 §5.4, §6.2 and §7.1. */
export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAcknowledgementSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
  aggregate: 22,
} as const
