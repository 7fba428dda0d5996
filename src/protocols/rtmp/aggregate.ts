import { ProtocolError } from '../../core/errors.ts'
import type { Message } from './message.ts'

const headerSize = 11
const backPointerSize = 4

/**
 * Split an aggregate message into the messages it carries. Their payloads are views of the aggregate's.
 *
 *     | type (1) | length (3) | timestamp, low 24 bits (3) | high 8 bits (1) | stream id (3) | body | back pointer (4) |
 *
 * The stream id is the aggregate's; times keep their distances and begin at the aggregate's. The last back pointer
 * may be missing.
 *
 * @throws {ProtocolError} If a message is cut short.
 * @see RTMP 1.0 §7.1.6, FLV 10.1 §E.4.1 (the form of the messages)
 */
export function splitAggregate(aggregate: Message): Message[] {
  const { payload, streamId } = aggregate
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const messages: Message[] = []
  let offset: number | undefined
  for (let at = 0; at < payload.length; ) {
    if (at + headerSize > payload.length) throw cutShort(at + headerSize, payload.length)
    const type = view.getUint8(at)
    const length = view.getUint32(at) & 0xffffff
    const time = (view.getUint32(at + 4) >>> 8) | (view.getUint8(at + 7) << 24)
    offset ??= aggregate.timestamp - time
    const end = at + headerSize + length
    if (end > payload.length) throw cutShort(end, payload.length)
    messages.push({ type, streamId, timestamp: (time + offset) >>> 0, payload: payload.subarray(at + headerSize, end) })
    at = end + backPointerSize
  }
  return messages
}

function cutShort(needed: number, has: number): ProtocolError {
  return new ProtocolError('rtmp', 'malformed', `Cannot split RTMP aggregate: it needs ${needed} bytes, has ${has}`)
}
