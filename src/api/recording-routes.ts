import type { FastifyInstance } from 'fastify'
import type { ActiveRecording, Recordings } from '../contracts/recordings.ts'
import { RequestError } from '../core/errors.ts'
import { answers } from './answers.ts'
import { type RecordingStatus, recordingPageSchema, recordingSchema } from './recording-schema.ts'
import { type StreamListRequest, streamListQuery, streamPage } from './stream-list.ts'
import { checkedName } from './stream-name.ts'
import { type StreamParams, streamParams } from './stream-params.ts'
import { rfc3339 } from './stream-status.ts'

const tags = ['Recordings']

type Action = 'start' | 'stop'

/** What is recorded, and start and stop for one stream. */
export function recordingRoutes(app: FastifyInstance, recordings: Recordings): void {
  const summary = 'Recordings in progress'
  const response = answers({ 200: recordingPageSchema })
  const schema = { operationId: 'listRecordings', summary, tags, querystring: streamListQuery, response }
  app.get<StreamListRequest>('/api/v1/recordings', { schema }, (request, reply) => {
    const { items, next } = streamPage(recordings.list(), request, reply)
    return { items: items.map(recordingStatus), next }
  })
  addAction(app, 'start', 'Record what is published now, from its next key frame on', name =>
    startRecording(recordings, name),
  )
  addAction(app, 'stop', 'End the recording; answers when its last file is complete', name =>
    stopRecording(recordings, name),
  )
}

function addAction(app: FastifyInstance, action: Action, summary: string, act: (stream: string) => unknown): void {
  const response = answers({ 200: recordingSchema }, 404, 409)
  const schema = { operationId: `${action}Recording`, summary, tags, params: streamParams, response }
  app.post<StreamParams>(`/api/v1/streams/:stream/recording/${action}`, { schema }, ({ params: { stream } }) =>
    act(checkedName(stream)),
  )
}

function startRecording(recordings: Recordings, stream: string): RecordingStatus {
  const result = recordings.start(stream)
  if (result.ok) return recordingStatus(result.recording)
  switch (result.reason) {
    case 'not-live':
      throw new RequestError(404, `Cannot record stream ${stream}: nobody publishes it`)
    case 'recorded-already':
      throw new RequestError(409, `Cannot record stream ${stream}: it is recorded already`)
    case 'shutdown':
      throw new RequestError(503, `Cannot record stream ${stream}: the server stops`)
  }
}

async function stopRecording(recordings: Recordings, stream: string): Promise<RecordingStatus> {
  const result = await recordings.stop(stream)
  if (result.ok) return recordingStatus(result.recording)
  switch (result.reason) {
    case 'not-recorded':
      throw new RequestError(409, `Cannot stop the recording of stream ${stream}: there is none`)
    case 'failed':
      throw new RequestError(503, `Cannot complete the recording of stream ${stream}: ${result.message}`)
  }
}

function recordingStatus(recording: ActiveRecording): RecordingStatus {
  const { stream, startedAt, file, files, bytesWritten: bytes, duration, framesDropped } = recording
  const durationMs = Math.round(duration)
  return { stream, startedAt: rfc3339(startedAt), file: file ?? null, files, bytes, durationMs, framesDropped }
}
