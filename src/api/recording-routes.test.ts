import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bareApi } from '../../test/support/api-fixture.ts'
import type { ActiveRecording, Recordings } from '../contracts/recordings.ts'
import type { RequestError } from '../core/errors.ts'
import { recordingRoutes } from './recording-routes.ts'

const active: ActiveRecording = {
  ...{ stream: 'live/test', startedAt: Date.UTC(2026, 0, 1), file: 'recordings/x.flv', files: 2 },
  ...{ bytesWritten: 1000, duration: 2500.4, framesDropped: 3 },
}
const answer = {
  ...{ stream: 'live/test', startedAt: '2026-01-01T00:00:00.000Z', file: 'recordings/x.flv', files: 2 },
  ...{ bytes: 1000, durationMs: 2500, framesDropped: 3 },
}

/** Recordings that do what the test says, and nothing else. */
function recordings(port: Partial<Recordings>): Recordings {
  const unexpected = (): never => assert.fail('not expected')
  return { of: unexpected, list: unexpected, start: unexpected, stop: unexpected, ...port }
}

async function request(method: 'GET' | 'POST', url: string, port: Partial<Recordings>) {
  const app = bareApi()
  app.setErrorHandler(({ statusCode, message }: RequestError, _request, reply) =>
    reply.code(statusCode).send({ type: 'about:blank', title: 'Error', status: statusCode, detail: message }),
  )
  recordingRoutes(app, recordings(port))
  const response = await app.inject({ method, url })
  return { status: response.statusCode, body: response.json() as { detail?: string } }
}

test('api: recordings in progress are listed', async () => {
  const list = () => [active, { ...active, stream: 'live/waits', file: undefined, files: 0 }]
  const { status, body } = await request('GET', '/api/v1/recordings', { list })
  assert.equal(status, 200)
  assert.deepEqual(body, { items: [answer, { ...answer, stream: 'live/waits', file: null, files: 0 }], next: null })
})

test('api: recordings come in pages, and only those of the streams that are meant', async () => {
  const list = () => ['live/b', 'cam/a', 'live/a'].map(stream => ({ ...active, stream }))
  const ask = async (query: string) => {
    const { status, body } = await request('GET', `/api/v1/recordings?${query}`, { list })
    const { items = [], next = null } = body as { items?: { stream: string }[]; next?: string | null }
    return { status, streams: items.map(({ stream }) => stream), next }
  }
  const first = await ask('stream=live/**&limit=1')
  assert.deepEqual(first.streams, ['live/a'])
  const second = await ask(`stream=live/**&limit=1&cursor=${first.next}`)
  assert.deepEqual(second, { status: 200, streams: ['live/b'], next: null })
  assert.equal((await ask('stream=')).status, 400)
})

test('api: a recording is started and stopped by the name of its stream', async () => {
  const asked: string[] = []
  const start: Recordings['start'] = name => {
    asked.push(`start ${name}`)
    return { ok: true, recording: active }
  }
  const stop: Recordings['stop'] = async name => {
    asked.push(`stop ${name}`)
    return { ok: true, recording: active }
  }
  const started = await request('POST', '/api/v1/streams/cam/roof/north/recording/start', { start })
  assert.deepEqual(started, { status: 200, body: answer })
  const stopped = await request('POST', '/api/v1/streams/recording/stop/recording/stop', { stop })
  assert.deepEqual(stopped, { status: 200, body: answer })
  assert.deepEqual(asked, ['start cam/roof/north', 'stop recording/stop'])
})

for (const [reason, status, detail] of [
  ['not-live', 404, 'Cannot record stream live/test: nobody publishes it'],
  ['recorded-already', 409, 'Cannot record stream live/test: it is recorded already'],
  ['shutdown', 503, 'Cannot record stream live/test: the server stops'],
] as const) {
  test(`api: a start that fails says why: ${reason}`, async () => {
    const response = await request('POST', '/api/v1/streams/live/test/recording/start', {
      start: () => ({ ok: false, reason }),
    })
    assert.deepEqual([response.status, response.body.detail], [status, detail])
  })
}

test('api: a stop that fails says why', async () => {
  const url = '/api/v1/streams/live/test/recording/stop'
  const none = await request('POST', url, { stop: async () => ({ ok: false, reason: 'not-recorded' }) })
  assert.deepEqual(
    [none.status, none.body.detail],
    [409, 'Cannot stop the recording of stream live/test: there is none'],
  )
  const message = 'the disk is full'
  const failed = await request('POST', url, { stop: async () => ({ ok: false, reason: 'failed', message }) })
  assert.deepEqual(
    [failed.status, failed.body.detail],
    [503, 'Cannot complete the recording of stream live/test: the disk is full'],
  )
})

test('api: what is no action or no name is refused', async () => {
  for (const [path, expected] of [
    ['live/test', 404],
    ['live/test/recording/pause', 404],
    ['recording/start', 404],
    ['a%20b/recording/start', 400],
    ['../recording/start', 404],
  ] as const) {
    assert.equal((await request('POST', `/api/v1/streams/${path}`, {})).status, expected, path)
  }
})
