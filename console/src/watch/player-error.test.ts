import assert from 'node:assert/strict'
import { test } from 'vitest'
import { interpretFailure } from './player-error.ts'

const noH265 = 'This browser cannot play H.265 video.'

test('player error: 404 means that nobody publishes, whatever the last tracks were', () => {
  const failure = { type: 'NetworkError', detail: 'HttpStatusCodeInvalid', status: 404 }
  assert.deepEqual(interpretFailure(failure, noH265), { type: 'interrupted', cause: 'not-live' })
})

test('player error: 401 and 403 mean that this viewer may not watch', () => {
  for (const status of [401, 403]) {
    const failure = { type: 'NetworkError', detail: 'HttpStatusCodeInvalid', status }
    assert.deepEqual(interpretFailure(failure, noH265), { type: 'denied' })
  }
})

test('player error: any other status is a server that cannot serve', () => {
  const failure = { type: 'NetworkError', detail: 'HttpStatusCodeInvalid', status: 503 }
  assert.deepEqual(interpretFailure(failure, undefined), { type: 'interrupted', cause: 'unreachable' })
})

test('player error: a broken connection is tried again', () => {
  const failure = { type: 'NetworkError', detail: 'UnrecoverableEarlyEof', status: undefined }
  assert.deepEqual(interpretFailure(failure, undefined), { type: 'interrupted', cause: 'unreachable' })
})

test('player error: a known unplayable track explains every other failure', () => {
  for (const type of ['NetworkError', 'MediaError']) {
    const failure = { type, detail: 'Exception', status: undefined }
    assert.deepEqual(interpretFailure(failure, noH265), { type: 'unsupported', reason: noH265 })
  }
})

test('player error: an unsupported codec is told even if the API names no culprit', () => {
  const failure = { type: 'MediaError', detail: 'CodecUnsupported', status: undefined }
  assert.equal(interpretFailure(failure, undefined).type, 'unsupported')
})

test('player error: media that breaks the decoder is tried again', () => {
  const failure = { type: 'MediaError', detail: 'MediaMSEError', status: undefined }
  assert.deepEqual(interpretFailure(failure, undefined), { type: 'interrupted', cause: 'broken' })
})
