import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Track } from '../../media/track.ts'
import { ConfigChanges } from './config-changes.ts'
import { archiveProfile } from './flv-profile.ts'
import { tagTypes } from './tag-header.ts'

const script: Track = {
  id: 2,
  kind: 'data',
  codec: 'amf0',
  index: 0,
  codecLabel: 'AMF0',
  generation: 0,
  timescale: 1000,
  config: Uint8Array.of(2),
}

test('config changes: the first tracks are none', () => {
  assert.deepEqual(new ConfigChanges(archiveProfile).next([videoTrack, audioTrack]), [])
})

test('config changes: a track that is new, or of a new generation, is told', () => {
  const changes = new ConfigChanges(archiveProfile)
  changes.next([videoTrack])
  assert.deepEqual(changes.next([videoTrack, audioTrack]), [
    { type: tagTypes.audio, body: Uint8Array.of(0xaf, 0, 0x12, 0x10) },
  ])
  const changed: Track = { ...audioTrack, generation: 1, config: Uint8Array.of(0x11, 0x90) }
  assert.deepEqual(changes.next([videoTrack, changed]), [
    { type: tagTypes.audio, body: Uint8Array.of(0xaf, 0, 0x11, 0x90) },
  ])
})

test('config changes: script data, tracks without configuration, and tracks that leave are not told', () => {
  const changes = new ConfigChanges(archiveProfile)
  changes.next([videoTrack])
  const bare: Track = { ...audioTrack, codec: 'mp3', config: undefined }
  assert.deepEqual(changes.next([videoTrack, bare, script]), [])
  assert.deepEqual(changes.next([videoTrack]), [])
})
