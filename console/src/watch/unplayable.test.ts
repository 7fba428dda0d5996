import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Track } from '../api/sluice-api.ts'
import { explainUnplayable, unplayableTracks } from './unplayable.ts'

const h264: Track = { id: 0, kind: 'video', index: 0, codec: 'H.264', codecString: 'avc1.64001f', bitrate: 0 }
const h265: Track = { id: 0, kind: 'video', index: 0, codec: 'H.265', codecString: 'hvc1.1.6.L93.B0', bitrate: 0 }
const aac: Track = { id: 1, kind: 'audio', index: 0, codec: 'AAC', codecString: 'mp4a.40.2', bitrate: 0 }
const script: Track = { id: 2, kind: 'data', index: 0, codec: 'AMF0', codecString: null, bitrate: 0 }

const withoutH265 = (type: string) => !type.includes('hvc1')

test('unplayable: H.264 with AAC plays', () => {
  assert.equal(explainUnplayable([h264, aac, script], 'flv', withoutH265), undefined)
})

test('unplayable: a codec without a decoder is named', () => {
  assert.equal(explainUnplayable([h265, aac], 'flv', withoutH265), 'This browser cannot play H.265 video.')
})

test('unplayable: a codec that passes through untouched is named as the server names it', () => {
  const speex: Track = { id: 1, kind: 'audio', index: 0, codec: 'Speex', codecString: null, bitrate: 0 }
  assert.deepEqual(unplayableTracks([h264, speex], 'flv', withoutH265), [speex])
  assert.equal(
    explainUnplayable([h265, speex], 'flv', withoutH265),
    'This browser cannot play H.265 video or Speex audio.',
  )
})

test('unplayable: MP3 is asked for by its own type', () => {
  const mp3: Track = { id: 1, kind: 'audio', index: 0, codec: 'MP3', codecString: 'mp4a.6b', bitrate: 0 }
  assert.equal(
    explainUnplayable([mp3], 'flv', type => type === 'audio/mpeg'),
    undefined,
  )
})

test('unplayable: an unknown configuration gets the benefit of the doubt', () => {
  assert.equal(explainUnplayable([{ ...h265, codecString: null }], 'flv', withoutH265), undefined)
})

test('unplayable: script data never stands in the way', () => {
  assert.equal(
    explainUnplayable([script], 'flv', () => false),
    undefined,
  )
})

test('unplayable: tracks beside the first of their kind are not sent to this page', () => {
  assert.equal(explainUnplayable([h264, { ...h265, index: 1 }], 'flv', withoutH265), undefined)
})
