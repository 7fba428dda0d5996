/** RFC 9113 §6. */
export const frameType = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

export const flag = { ack: 1, endStream: 1, endHeaders: 4 } as const

/** RFC 9113 §6.5.2. */
export const setting = { initialWindowSize: 4 } as const

/** What a client begins with. RFC 9113 §3.4. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** RFC 9113 §4.1. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(streamId, 5)
  return Buffer.concat([head, payload])
}

export type Setting = readonly [identifier: number, value: number]

export function settings(...values: readonly Setting[]): Buffer {
  const payload = Buffer.alloc(6 * values.length)
  for (const [index, [identifier, value]] of values.entries()) {
    payload.writeUInt16BE(identifier, 6 * index)
    payload.writeUInt32BE(value, 6 * index + 2)
  }
  return frame(frameType.settings, 0, 0, payload)
}

/** A literal field that is not indexed. RFC 7541 §6.2.2; names and values of up to 126 bytes. */
export function literalField(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.of(0, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)])
}

/** The fields of a request: GET and https stand in the static table. RFC 7541 Appendix A. */
export function requestFields(path: string): Buffer {
  return Buffer.concat([Buffer.of(0x82, 0x87), literalField(':path', path), literalField(':authority', 'localhost')])
}

export function requestFrame(streamId: number, path: string): Buffer {
  return frame(frameType.headers, flag.endStream | flag.endHeaders, streamId, requestFields(path))
}

export type Frame = {
  readonly type: number
  readonly flags: number
  readonly streamId: number
  readonly payload: Buffer
}

/** The whole frames that `bytes` begins with. */
export function parseFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = []
  for (let at = 0; at + 9 <= bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3)
    if (end > bytes.length) break
    const [type = 0, flags = 0] = bytes.subarray(at + 3)
    frames.push({ type, flags, streamId: bytes.readUInt32BE(at + 5), payload: bytes.subarray(at + 9, end) })
    at = end
  }
  return frames
}
