import Type, { type Static } from 'typebox'
import { nullable } from './nullable.ts'

/** One track of a live stream, as its configuration declares it and as it was measured. */
export const trackSchema = Type.Object({
  id: Type.Integer({ description: 'Position among the tracks of the stream' }),
  kind: Type.Enum(['video', 'audio', 'data']),
  index: Type.Integer({
    description: 'Position among the tracks of its kind; players that take one of each kind get number 0',
  }),
  codec: Type.String({ description: 'Name for people', examples: ['H.264', 'AAC'] }),
  language: Type.Optional(Type.String({ description: 'ISO 639-2, if the publisher tells it', examples: ['deu'] })),
  codecString: nullable(Type.String(), { description: 'RFC 6381 codec string' }),
  width: Type.Optional(Type.Integer({ description: 'Pixels; video only' })),
  height: Type.Optional(Type.Integer({ description: 'Pixels; video only' })),
  frameRate: Type.Optional(
    nullable(Type.Number(), {
      description: 'Frames per second, measured over 5 s, before that as declared; video only',
    }),
  ),
  sampleRate: Type.Optional(Type.Integer({ description: 'Hertz; audio only' })),
  channels: Type.Optional(Type.Integer({ description: 'Audio only' })),
  bitrate: Type.Integer({ description: 'Bits per second, measured over 5 s' }),
})

export type TrackStatus = Static<typeof trackSchema>
