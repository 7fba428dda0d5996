import Type, { type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { pageQuery, pageSchema } from './page.ts'

const roleSchema = Type.Enum(['publisher', 'player', 'relay'], {
  description: 'relay: this server has opened the connection, to send the stream on or to fetch it',
})

/** One peer, and the one stream that it publishes or plays. */
export const sessionSchema = Type.Object({
  id: Type.String({ description: 'As in the log; of a connection that has several streams, with the number of one' }),
  protocol: Type.String({ examples: ['rtmp', 'srt', 'http-flv', 'ws-flv', 'http-ts', 'hls', 'dash'] }),
  stream: Type.String(),
  role: roleSchema,
  remote: Type.String({ description: 'Address and port of the peer; of a relay the URL, without what may be secret' }),
  user: nullable(Type.String(), {
    description: 'Whom access control has found it to be; null where nobody has a name',
  }),
  startedAt: Type.String({ format: 'date-time' }),
  lastActivityAt: nullable(Type.String({ format: 'date-time' }), {
    description: 'When media last came or went, or a piece was asked for; null before the first',
  }),
  bytes: Type.Integer({ description: 'Media received from a publisher; everything that was sent to a player' }),
})

export const sessionPageSchema = pageSchema(sessionSchema)

/** Which sessions are meant; all that is said must hold. */
const filter = {
  stream: Type.Optional(
    Type.String({ maxLength: 1024, description: 'Name of a stream, or a pattern such as live/**' }),
  ),
  protocol: Type.Optional(Type.String({ maxLength: 100 })),
  role: Type.Optional(roleSchema),
  remote: Type.Optional(Type.String({ maxLength: 100, description: 'Address or network, such as 10.0.0.0/8' })),
}

export const sessionFilterSchema = Type.Object(filter, { additionalProperties: false })

export const sessionQuerySchema = Type.Object({ ...filter, ...pageQuery }, { additionalProperties: false })

export const endedSchema = Type.Object({ ended: Type.Integer({ description: 'How many were disconnected' }) })

export type SessionView = Static<typeof sessionSchema>
export type SessionFilter = Static<typeof sessionFilterSchema>
export type SessionQuery = Static<typeof sessionQuerySchema>
