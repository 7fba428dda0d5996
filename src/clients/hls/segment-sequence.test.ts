import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { MediaPlaylist } from '../../formats/m3u8/media-playlist.ts'
import { SegmentSequence } from './segment-sequence.ts'

type Listed = { readonly uri: string; readonly breaks?: boolean; readonly gap?: boolean }

function list(mediaSequence: number, segments: readonly Listed[], more: Partial<MediaPlaylist> = {}): MediaPlaylist {
  return {
    ...{ targetDuration: 2, mediaSequence, discontinuitySequence: 0, hasIndependentSegments: true, isEnded: false },
    segments: segments.map(({ uri, breaks = false, gap = false }) => {
      return { uri, duration: 2, isDiscontinuity: breaks, isGap: gap, parts: [] }
    }),
    renditionReports: [],
    ...more,
  }
}

const named = (names: string): readonly Listed[] => names.split('').map(uri => ({ uri }))

function told(sequence: SegmentSequence, playlist: MediaPlaylist): string {
  return sequence
    .update(playlist)
    .map(({ segment, run, isAfterLoss }) => `${isAfterLoss ? '!' : ''}${segment.uri}${run}`)
    .join(' ')
}

test('segment sequence: it begins three target durations from the end, and goes on with what is new', () => {
  const sequence = new SegmentSequence()
  assert.equal(told(sequence, list(5, named('abcdef'))), 'd0 e0 f0')
  assert.equal(told(sequence, list(5, named('abcdef'))), '')
  assert.equal(told(sequence, list(7, named('cdefgh'))), 'g0 h0')
})

test('segment sequence: a list that is complete is played from its beginning', () => {
  assert.equal(told(new SegmentSequence(), list(0, named('abcde'), { isEnded: true })), 'a0 b0 c0 d0 e0')
})

test('segment sequence: discontinuities are new runs, those included that have left the list', () => {
  const sequence = new SegmentSequence()
  assert.equal(told(sequence, list(0, [{ uri: 'a' }, { uri: 'b', breaks: true }, { uri: 'c' }])), 'a0 b1 c1')
  const later = list(2, [{ uri: 'c' }, { uri: 'd', breaks: true }], { discontinuitySequence: 1 })
  assert.equal(told(sequence, later), 'd2')
})

test('segment sequence: what was missed, is a gap, or could not be had is a loss', () => {
  const sequence = new SegmentSequence()
  assert.equal(told(sequence, list(0, named('abc'))), 'a0 b0 c0')
  assert.equal(told(sequence, list(5, named('fgh'))), '!f0 g0 h0')
  assert.equal(told(sequence, list(5, [...named('fgh'), { uri: 'i', gap: true }, { uri: 'j' }])), '!j0')
  sequence.lost()
  assert.equal(told(sequence, list(8, named('ijk'))), '!k0')
})

test('segment sequence: an old list is left out, another one that counts anew is joined', () => {
  const sequence = new SegmentSequence()
  assert.equal(told(sequence, list(100, named('abcd'))), 'b0 c0 d0')
  assert.equal(told(sequence, list(99, named('abc'))), '')
  assert.equal(told(sequence, list(0, named('wxyz'))), '!x1 y1 z1')
  assert.equal(told(sequence, list(1, named('xyz1'))), '11')
})

test('segment sequence: an empty list says nothing', () => {
  const sequence = new SegmentSequence()
  assert.equal(told(sequence, list(0, [])), '')
  assert.equal(told(sequence, list(0, named('a'))), 'a0')
})
