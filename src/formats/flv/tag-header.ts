/** What an FLV tag carries. RTMP gives its media messages the same numbers. Source: FLV 10.1 §E.4.1. */
export const tagTypes = { audio: 8, video: 9, script: 18 } as const

export type TagType = (typeof tagTypes)[keyof typeof tagTypes]

/** The 11 bytes in front of every tag body. Source: FLV 10.1 §E.4.1. */
export type TagHeader = {
  /** 8, 9 or 18 in files that keep to the specification. */
  readonly type: number
  /** The body is encrypted and has a header of its own in front. */
  readonly isFiltered: boolean
  /** Bytes of the body. */
  readonly dataSize: number
  /** Milliseconds modulo 2^32. */
  readonly timestamp: number
}

export const tagHeaderSize = 11
/** The size of the tag before, behind each tag body. */
export const previousTagSizeSize = 4

/**
 * Decode the header at `offset`, or return `undefined` if `bytes` ends before the header does.
 *
 *     | 00 Filter (1) TagType (5) | DataSize (24) | Timestamp (24) | TimestampExtended (8) | StreamID 0 (24) |
 *
 * TimestampExtended holds the upper 8 bits of the time.
 *
 * @see FLV 10.1 §E.4.1
 */
export function decodeTagHeader(bytes: Uint8Array, offset = 0): TagHeader | undefined {
  if (bytes.length - offset < tagHeaderSize) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, tagHeaderSize)
  const first = view.getUint8(0)
  return {
    type: first & 0x1f,
    isFiltered: (first & 0x20) !== 0,
    dataSize: view.getUint32(0) & 0xffffff,
    timestamp: ((view.getUint32(4) >>> 8) | (view.getUint8(7) << 24)) >>> 0,
  }
}

/** Write the header of a tag at `at`, without allocation. `timestamp` is taken modulo 2^32. */
export function writeTagHeader(into: Uint8Array, at: number, type: TagType, dataSize: number, timestamp: number): void {
  into[at] = type
  into[at + 1] = dataSize >>> 16
  into[at + 2] = dataSize >>> 8
  into[at + 3] = dataSize
  into[at + 4] = timestamp >>> 16
  into[at + 5] = timestamp >>> 8
  into[at + 6] = timestamp
  into[at + 7] = timestamp >>> 24
  into[at + 8] = 0
  into[at + 9] = 0
  into[at + 10] = 0
}

/** Write what stands behind a tag whose body has `dataSize` bytes. */
export function writePreviousTagSize(into: Uint8Array, at: number, dataSize: number): void {
  const size = tagHeaderSize + dataSize
  into[at] = size >>> 24
  into[at + 1] = size >>> 16
  into[at + 2] = size >>> 8
  into[at + 3] = size
}

/** Encode a whole tag: header, body, size. For single tags; media shared by many is a wire log. */
export function encodeTag(type: TagType, timestamp: number, body: Uint8Array): Uint8Array {
  const tag = new Uint8Array(tagHeaderSize + body.length + previousTagSizeSize)
  writeTagHeader(tag, 0, type, body.length, timestamp)
  tag.set(body, tagHeaderSize)
  writePreviousTagSize(tag, tagHeaderSize + body.length, body.length)
  return tag
}
