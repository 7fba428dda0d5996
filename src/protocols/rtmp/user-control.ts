import { ProtocolError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { type Message, messageType } from './message.ts'

/** Source: RTMP 1.0 §7.1.7. */
const eventType = {
  streamBegin: 0,
  streamEof: 1,
  streamDry: 2,
  setBufferLength: 3,
  streamIsRecorded: 4,
  pingRequest: 6,
  pingResponse: 7,
} as const

export type UserControlEvent =
  | { readonly type: 'streamBegin' | 'streamEof' | 'streamDry' | 'streamIsRecorded'; readonly streamId: number }
  | { readonly type: 'setBufferLength'; readonly streamId: number; readonly length: Milliseconds }
  /** `timestamp` is the asking side's, modulo 2^32; the answer repeats it. */
  | { readonly type: 'pingRequest' | 'pingResponse'; readonly timestamp: number }

/**
 * Decode a user control message, or return `undefined` for an event that is not in the specification: peers send
 * several of their own (SWF verification, buffer empty), and none needs an answer.
 *
 *     | event type (2) | event data: stream id or timestamp (4), for Set Buffer Length also milliseconds (4) |
 *
 * @throws {ProtocolError} If the message is cut short.
 * @see RTMP 1.0 §6.2 and §7.1.7
 */
export function decodeUserControl(body: Uint8Array): UserControlEvent | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  expectBytes(body, 2)
  const event = view.getUint16(0)
  const type = (Object.keys(eventType) as (keyof typeof eventType)[]).find(name => eventType[name] === event)
  if (type === undefined) return undefined

  expectBytes(body, type === 'setBufferLength' ? 10 : 6)
  const value = view.getUint32(2)
  if (type === 'setBufferLength') return { type, streamId: value, length: view.getUint32(6) }
  if (type === 'pingRequest' || type === 'pingResponse') return { type, timestamp: value }
  return { type, streamId: value }
}

export function userControl(event: UserControlEvent): Message {
  const payload = new Uint8Array(event.type === 'setBufferLength' ? 10 : 6)
  const view = new DataView(payload.buffer)
  view.setUint16(0, eventType[event.type])
  view.setUint32(2, 'timestamp' in event ? event.timestamp : event.streamId)
  if (event.type === 'setBufferLength') view.setUint32(6, event.length)
  return { type: messageType.userControl, streamId: 0, timestamp: 0, payload }
}

function expectBytes(body: Uint8Array, size: number): void {
  if (body.length >= size) return
  throw new ProtocolError(
    'rtmp',
    'malformed',
    `Cannot decode RTMP user control: it needs ${size} bytes, has ${body.length}`,
  )
}
