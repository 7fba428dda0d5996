import Type, { type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { pageSchema } from './page.ts'

export const recordingSchema = Type.Object({
  stream: Type.String(),
  startedAt: Type.String({ format: 'date-time' }),
  file: nullable(Type.String(), {
    description: 'Path of the newest file; null before the first key frame, and if there was none',
  }),
  files: Type.Integer({ description: 'Files so far' }),
  bytes: Type.Integer({ description: 'Of all files' }),
  durationMs: Type.Integer({ description: 'Of all files, in media time' }),
  framesDropped: Type.Integer({ description: 'Lost because the disk was too slow' }),
})

export const recordingPageSchema = pageSchema(recordingSchema)

export type RecordingStatus = Static<typeof recordingSchema>
