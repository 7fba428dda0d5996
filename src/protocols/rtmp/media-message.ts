import type { TagType } from '../../formats/flv/tag-header.ts'
import { splitAggregate } from './aggregate.ts'
import { dataMessageBody } from './data-message.ts'
import { type Message, messageType } from './message.ts'

/** Who gets the media of a connection. */
export interface MediaHandler {
  /** `timestamp` is milliseconds modulo 2^32. `payload` is taken over. */
  onMedia(streamId: number, type: TagType, timestamp: number, payload: Uint8Array): void
}

/** True for messages that carry media, script data included. */
export function isMedia({ type }: Message): boolean {
  switch (type) {
    case messageType.audio:
    case messageType.video:
    case messageType.dataAmf0:
    case messageType.dataAmf3:
    case messageType.aggregate:
      return true
    default:
      return false
  }
}

/**
 * Hand the media of a message over: aggregates taken apart, script data as AMF0 without what wraps it on the wire.
 *
 * @returns how many messages inside an aggregate were of types that it should not have.
 * @throws {ProtocolError} If an aggregate is malformed.
 */
export function deliverMedia(message: Message, handler: MediaHandler): number {
  const { type, streamId, timestamp, payload } = message
  if (type === messageType.audio || type === messageType.video) {
    handler.onMedia(streamId, type, timestamp, payload)
    return 0
  }
  if (type === messageType.aggregate) return deliverAggregate(message, handler)
  const body = dataMessageBody(message)
  if (body !== undefined) handler.onMedia(streamId, messageType.dataAmf0, timestamp, body)
  return 0
}

function deliverAggregate(aggregate: Message, handler: MediaHandler): number {
  let ignored = 0
  for (const message of splitAggregate(aggregate)) {
    const { type } = message
    const fits = type === messageType.audio || type === messageType.video || type === messageType.dataAmf0
    if (fits) deliverMedia(message, handler)
    else ignored++
  }
  return ignored
}
