import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import { runOf } from '../../../test/support/wire-run.ts'
import { undeclaredProfile } from '../../formats/flv/flv-profile.ts'
import { ReaderChunks } from './reader-chunks.ts'

const key = { hex: '46 000028 000002 09 1701', time: 1040 }
const sound = { hex: '44 000017 000002 08 af01', time: 1025 }
const laterKey = { hex: '46 000028 000002 09 1701', time: 5040 }

/** Chunk stream and time of each type 0 header: RTMP 1.0 §5.3.1.2.1. */
function openings(pieces: readonly Uint8Array[] | undefined): [chunkStream: number, time: number][] {
  const headers = (pieces ?? []).filter(piece => piece.length >= 12 && ((piece[0] ?? 0) & 0xc0) === 0)
  return headers.map(piece => [(piece[0] ?? 0) & 0x3f, Buffer.from(piece).readUIntBE(1, 3)])
}

test("reader chunks: a reader has the stream's time", () => {
  const chunks = new ReaderChunks(undeclaredProfile, { streamId: 1, chunkSize: 128 })
  assert.deepEqual(openings(chunks.start([videoTrack, audioTrack], 1040)), [
    [6, 1040],
    [4, 1040],
  ])
  assert.deepEqual(openings(chunks.open(runOf([key, sound]), -1)), [
    [6, 1040],
    [4, 1025],
  ])
})

test('reader chunks: a reader that starts at zero has sound and picture as far apart as they are', () => {
  const chunks = new ReaderChunks(undeclaredProfile, { streamId: 1, chunkSize: 128, startsAtZero: true })
  assert.deepEqual(openings(chunks.start([videoTrack, audioTrack], 1040)), [
    [6, 0],
    [4, 0],
  ])
  assert.deepEqual(openings(chunks.open(runOf([key, sound]), -1)), [
    [6, 15],
    [4, 0],
  ])
})

test('reader chunks: a reader that starts at zero goes on from there after a jump', () => {
  const chunks = new ReaderChunks(undeclaredProfile, { streamId: 1, chunkSize: 128, startsAtZero: true })
  chunks.start([videoTrack], 1040)
  chunks.open(runOf([key]), -1)
  assert.deepEqual(openings(chunks.start([videoTrack], 5040)), [[6, 4000]])
  assert.deepEqual(openings(chunks.open(runOf([laterKey]), -1)), [[6, 4000]])
})

test('reader chunks: all other bytes are the shared ones, wherever the reader started', () => {
  const chunks = new ReaderChunks(undeclaredProfile, { streamId: 1, chunkSize: 128, startsAtZero: true })
  chunks.start([videoTrack], 1040)
  chunks.open(runOf([key]), -1)
  assert.equal(chunks.open(runOf([laterKey]), -1), undefined)
})
