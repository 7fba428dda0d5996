import Type, { type TSchema } from 'typebox'
import type { EventType, ServerEvent } from '../contracts/events.ts'
import { eventTypes } from './event-names.ts'

/** An event whose type is, or may be, `T`. */
type EventOf<T extends EventType, E = ServerEvent> = E extends { readonly type: infer Own }
  ? T extends Own
    ? E
    : never
  : never

/** What it says beside the parts that all events have. */
type DataKey<T extends EventType> = Exclude<keyof EventOf<T>, 'type' | 'stream' | 'connection'>

const text = Type.String()
const count = Type.Integer({ minimum: 0 })
const number = Type.Integer({ minimum: 1 })
const texts = Type.Array(text)
const peer = { protocol: text, peer: text }
const participant = { ...peer, url: text, query: text }
const publication = {
  ...{ durationMs: count, audioFrames: count, videoFrames: count, bytes: count },
  ...{ audioCodec: Type.Optional(text), videoCodec: Type.Optional(text) },
}
const picture = { width: Type.Optional(number), height: Type.Optional(number) }
const sound = { sampleRate: Type.Optional(number), channels: Type.Optional(number) }
const direction = Type.Enum(['push', 'pull'])
const destination = Type.Optional(count)

/** The data of every type of event: no key more and none less than the event has. */
const dataOf: { readonly [T in EventType]: { readonly [Key in DataKey<T>]: TSchema } } = {
  'connection.opened': peer,
  'connection.handshaken': peer,
  'connection.connected': participant,
  'connection.closed': {
    ...{ ...peer, url: text, code: text, reason: text, durationMs: count, bytesReceived: count, bytesSent: count },
  },
  'stream.created': {},
  'stream.removed': {},
  'publish.started': participant,
  'publish.stopped': { ...participant, ...publication, reason: text },
  'publish.refused': { ...participant, reason: text },
  'play.started': participant,
  'play.stopped': { ...participant, reason: text, durationMs: count, bytes: count },
  'play.refused': { ...participant, reason: text },
  'codec.detected': { kind: Type.Enum(['video', 'audio']), codec: text, ...picture, ...sound },
  'subscribers.changed': { count },
  'auth.failed': {
    ...{ action: text, ...peer, reason: text },
    refusal: Type.Enum(['missing', 'wrong', 'forbidden', 'blocked', 'unavailable']),
  },
  'recording.started': { file: text },
  'recording.segment': { file: text, bytes: count, durationMs: count, number },
  'recording.stopped': {
    ...{ file: text, bytes: count, durationMs: count, files: count },
    reason: Type.Enum(['publisher-left', 'requested', 'shutdown']),
  },
  'recording.failed': { file: text, bytes: count, durationMs: count, reason: text },
  'recording.track-left-out': { codec: text, container: text },
  'dvr.started': {},
  'dvr.stopped': {},
  'dvr.failed': { reason: text },
  'dvr.back': { lost: count },
  'relay.started': { direction, url: text, destination },
  'relay.stopped': { direction, url: text, destination, reason: text },
  'relay.failed': { direction, url: text, destination, reason: text },
  'input.switched': { input: count, url: text, from: Type.Optional(count), reason: text },
  'input.failed': { input: count, url: text, reason: text },
  'config.reloaded': { changed: texts, needsRestart: texts },
  'hook.test': { hook: text },
}

/** The JSON of one type of event. Later versions may add members; what is there stays as it is. */
export function schemaOf(type: EventType): TSchema {
  return Type.Object({
    id: Type.String({ format: 'uuid', description: 'Unique; sorting ids sorts events' }),
    time: Type.String({ format: 'date-time' }),
    server: Type.String({ description: 'Name of the machine' }),
    sequence: Type.Integer({ description: 'Counts the events of the stream, or those of none; rises over restarts' }),
    type: Type.Literal(type),
    stream: Type.Optional(text),
    connection: Type.Optional(text),
    data: Type.Object(dataOf[type]),
  })
}

/**
 * The JSON of all events, as webhooks, brokers, files and listeners have it.
 *
 * @see JSON Schema 2020-12
 */
export const eventSchema: Readonly<Record<string, unknown>> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Event',
  oneOf: eventTypes.map(schemaOf),
}
