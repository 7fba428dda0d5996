import Type, { type Static } from 'typebox'
import { faultsSchema } from './faults-schema.ts'
import { inputsSchema } from './input-schema.ts'
import { nullable } from './nullable.ts'
import { pageQuery, pageSchema } from './page.ts'
import { relaySchema } from './relay-schema.ts'
import { srtSchema } from './srt-schema.ts'
import { trackSchema } from './track-schema.ts'

/** Who feeds a stream. */
const publisherSchema = Type.Object({
  id: Type.String({ description: 'Connection id, as in the log' }),
  protocol: Type.String(),
  peer: Type.String({ description: 'Address and port' }),
  encoder: nullable(Type.String(), { description: 'What the encoder calls itself' }),
  srt: Type.Optional(srtSchema),
  faults: Type.Optional(faultsSchema),
})

/** Who reads a stream. */
const subscriberSchema = Type.Object({
  id: Type.String({ description: 'Connection id, as in the log' }),
  protocol: Type.String(),
  peer: Type.String({ description: 'Address and port' }),
  startedAt: Type.String({ format: 'date-time' }),
  bytesSent: Type.Integer(),
  isViewer: Type.Boolean({
    description: 'False for parts of this server: what packages, records or relays the stream',
  }),
  framesDropped: Type.Integer({ description: 'Skipped because the reader was too slow' }),
  lagMs: Type.Integer({ description: 'Media time that the reader is behind' }),
  srt: Type.Optional(srtSchema),
})

const stateSchema = Type.Enum(['live', 'waiting', 'offline'], {
  description: 'waiting: readers wait for the publisher to return; offline: it was declared, and nobody publishes it',
})

const streamSchema = Type.Object({
  name: Type.String(),
  state: stateSchema,
  startedAt: nullable(Type.String({ format: 'date-time' })),
  uptimeSeconds: Type.Integer({ description: 'Since the publisher came; 0 while waiting' }),
  publisher: Type.Union([publisherSchema, Type.Null()]),
  tracks: Type.Array(trackSchema),
  bitrate: Type.Integer({ description: 'Bits per second of all tracks' }),
  subscriberCount: Type.Integer({ description: 'All who read the stream, the recorder included' }),
  viewerCount: Type.Integer({ description: 'Those of them that are players' }),
  bytesIn: Type.Integer(),
  framesIn: Type.Integer(),
  recording: Type.Boolean(),
})

/** What was declared for people. */
const wordsSchema = Type.Object({
  title: nullable(Type.String(), { description: 'As it was declared; null if it was not' }),
  tags: Type.Array(Type.String(), { description: 'As they were declared' }),
})

const itemSchema = Type.Object({ ...streamSchema.properties, ...wordsSchema.properties })

export const streamPageSchema = pageSchema(itemSchema)

export const streamQuerySchema = Type.Object(
  {
    state: Type.Optional(stateSchema),
    tag: Type.Optional(Type.String({ maxLength: 1024, description: 'One of its tags' })),
    search: Type.Optional(Type.String({ maxLength: 1024, description: 'Part of its name or title, in any case' })),
    ...pageQuery,
  },
  { additionalProperties: false },
)

export const streamDetailSchema = Type.Object({
  ...itemSchema.properties,
  subscribers: Type.Array(subscriberSchema),
  relays: Type.Array(relaySchema),
  inputs: Type.Optional(inputsSchema),
  outputsOff: Type.Array(Type.String(), { description: 'Over what it was declared not to be played: hls, flv …' }),
})

export type PublisherStatus = Static<typeof publisherSchema>
export type SubscriberStatus = Static<typeof subscriberSchema>
export type StreamState = Static<typeof stateSchema>
export type StreamStatus = Static<typeof streamSchema>
export type StreamWords = Static<typeof wordsSchema>
export type StreamItem = Static<typeof itemSchema>
export type StreamQuery = Static<typeof streamQuerySchema>
export type StreamDetail = Static<typeof streamDetailSchema>
