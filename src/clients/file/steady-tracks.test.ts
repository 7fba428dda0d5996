import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import { SteadyTracks } from './steady-tracks.ts'

test('steady tracks: a track that is as it was is the same one, in its newest generation', () => {
  const tracks = new SteadyTracks()
  const changed = { ...videoTrack, generation: 1, config: Uint8Array.of(1, 2) }
  assert.equal(tracks.of(videoTrack), videoTrack)
  assert.equal(tracks.of(audioTrack), audioTrack)
  assert.equal(tracks.of({ ...videoTrack }), videoTrack)
  assert.equal(tracks.of(changed).generation, 1)
  const again = { ...videoTrack }
  assert.deepEqual(tracks.of(again), { ...videoTrack, generation: 2 })
  assert.equal(tracks.of(again), tracks.of(again))
  assert.equal(tracks.of({ ...audioTrack, generation: 7 }), audioTrack)
})
