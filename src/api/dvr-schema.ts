import Type, { type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { pageSchema } from './page.ts'

const time = Type.String({ format: 'date-time' })
const span = Type.Object({ from: time, to: time })
const archive = Type.Object({
  pendingSegments: Type.Integer({ description: 'Not archived yet' }),
  pendingBytes: Type.Integer(),
  bytesHere: Type.Integer({ description: 'On the disk, archived or not' }),
  hoursToRestore: nullable(Type.Integer(), {
    description: 'Hours that the archive has and that are not listed yet; null until it has said which',
  }),
})
const status = {
  stream: Type.String(),
  active: Type.Boolean({ description: 'More is to come' }),
  from: nullable(time, { description: 'When the oldest segment begins; null while there is none' }),
  to: nullable(time, { description: 'When the newest segment ends; null while there is none' }),
  segments: Type.Integer({ description: 'In all renditions' }),
  bytes: Type.Integer(),
  archive: Type.Union([archive, Type.Null()], { description: 'null if nothing of the stream is archived' }),
}

const dvrSchema = Type.Object(status)

export const dvrPageSchema = pageSchema(dvrSchema)

export const dvrDetailSchema = Type.Object({
  ...status,
  ranges: Type.Array(span, { description: 'What is kept without a hole, in the order of time' }),
  gaps: Type.Array(span, { description: 'What is missing between the ranges' }),
  archived: Type.Array(span, { description: 'What is in the archive without a hole' }),
  discontinuities: Type.Array(time, { description: 'When a publisher came back, or something of the tracks changed' }),
})

export type DvrStatusAnswer = Static<typeof dvrSchema>
