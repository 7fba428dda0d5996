import type { FastifyInstance } from 'fastify'
import type { ActiveRecording, Recordings } from '../contracts/recordings.ts'
import { RequestError } from '../core/errors.ts'
import { type RecordingStatus, recordingListSchema, recordingSchema } from './recording-schema.ts'
import { type StreamAction, streamActions } from './stream-actions.ts'
import { rfc3339 } from './stream-status.ts'

/** What is recorded, and start and stop for one stream. */
export function recordingRoutes(app: FastifyInstance, recordings: Recordings): void {
  const schema = { summary: 'Recordings in progress', response: { 200: recordingListSchema } }
  app.get('/api/v1/recordings', { schema }, () => ({ items: recordings.list().map(recordingStatus) }))
  const actions = new Map<string, StreamAction>([
    ['recording/start', stream => startRecording(recordings, stream)],
    ['recording/stop', stream => stopRecording(recordings, stream)],
  ])
  streamActions(app, actions, recordingSchema)
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
