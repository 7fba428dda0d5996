/** The 1 to 3 bytes that open every RTMP chunk. Source: RTMP 1.0 §5.3.1.1. */
export type BasicHeader = {
  readonly fmt: 0 | 1 | 2 | 3
  /** 2..65599; 2 is the protocol control stream. */
  readonly chunkStreamId: number
  /** Bytes this header takes on the wire. */
  readonly size: 1 | 2 | 3
}

/**
 * Decode the header at `offset`, or return `undefined` if `bytes` ends before the header does.
 *
 *     0 1 2 3 4 5 6 7
 *    +-+-+-+-+-+-+-+-+    id6 = 0: one more byte, id - 64
 *    |fmt|    id6    |    id6 = 1: two more bytes, id - 64, low byte first
 *    +-+-+-+-+-+-+-+-+    else   : id6 is the id
 *
 * @see RTMP 1.0 §5.3.1.1
 */
export function decodeBasicHeader(bytes: Uint8Array, offset = 0): BasicHeader | undefined {
  const first = bytes[offset]
  if (first === undefined) return undefined
  const fmt = (first >> 6) as BasicHeader['fmt']
  const id6 = first & 0x3f
  if (id6 >= 2) return { fmt, chunkStreamId: id6, size: 1 }

  const low = bytes[offset + 1]
  if (low === undefined) return undefined
  if (id6 === 0) return { fmt, chunkStreamId: 64 + low, size: 2 }

  const high = bytes[offset + 2]
  if (high === undefined) return undefined
  return { fmt, chunkStreamId: 64 + low + 256 * high, size: 3 }
}
