import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Track } from '../api/sluice-api.ts'
import { codecName, firstTrack, frameRate, pictureSize, soundFormat } from './track-facts.ts'

const video: Track = { id: 0, kind: 'video', index: 0, codec: 'H.264', codecString: 'avc1.64001f', bitrate: 4_000_000 }
const audio: Track = { id: 1, kind: 'audio', index: 0, codec: 'AAC', codecString: 'mp4a.40.2', bitrate: 128_000 }

test('track facts: what is not known yet is left out', () => {
  assert.equal(pictureSize(video), undefined)
  assert.equal(frameRate({ ...video, frameRate: null }), undefined)
  assert.equal(soundFormat(audio), undefined)
  assert.equal(soundFormat(undefined), undefined)
})

test('track facts: size, rate and sound read as people write them', () => {
  assert.equal(pictureSize({ ...video, width: 1280, height: 720 }), '1280\u202f×\u202f720')
  assert.equal(frameRate({ ...video, frameRate: 30 }), '30\u00a0fps')
  assert.equal(frameRate({ ...video, frameRate: 24.8 }), '25\u00a0fps')
  assert.equal(soundFormat({ ...audio, sampleRate: 44100, channels: 2 }), '44.1\u00a0kHz stereo')
  assert.equal(soundFormat({ ...audio, sampleRate: 48000 }), '48\u00a0kHz')
  assert.equal(soundFormat({ ...audio, channels: 6 }), '5.1')
})

test('track facts: a codec keeps the name that the server gave it; script data has one for people', () => {
  assert.equal(codecName('H.264'), 'H.264')
  assert.equal(codecName('AMF0'), 'Script data')
  assert.equal(codecName('Speex'), 'Speex')
})

test('track facts: the first track of a kind stands for it', () => {
  assert.equal(firstTrack([audio, video], 'video'), video)
  assert.equal(firstTrack([audio], 'video'), undefined)
})
