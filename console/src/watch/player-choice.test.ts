import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Track } from '../api/sluice-api.ts'
import {
  type BrowserFacts,
  choosePlayer,
  explainChoice,
  type PlayerKind,
  possiblePlayers,
  rewindPlayer,
} from './player-choice.ts'

const h264: Track = { id: 0, kind: 'video', index: 0, codec: 'H.264', codecString: 'avc1.64001f', bitrate: 0 }
const vp9: Track = { id: 0, kind: 'video', index: 0, codec: 'VP9', codecString: 'vp09.00.10.08', bitrate: 0 }
const aac: Track = { id: 1, kind: 'audio', index: 0, codec: 'AAC', codecString: 'mp4a.40.2', bitrate: 0 }
const flac: Track = { id: 1, kind: 'audio', index: 0, codec: 'FLAC', codecString: 'fLaC', bitrate: 0 }
const speex: Track = { id: 1, kind: 'audio', index: 0, codec: 'Speex', codecString: null, bitrate: 0 }

const chromium: BrowserFacts = {
  ...{ hasMediaSource: true, isTypeSupported: () => true, hasNativeHls: true },
  outputsOff: [],
}
const firefox: BrowserFacts = { ...chromium, hasNativeHls: false }
const iPhone: BrowserFacts = { ...chromium, hasMediaSource: false }
const nothing: BrowserFacts = { ...firefox, hasMediaSource: false }

const cases: readonly (readonly [string, Track[], BrowserFacts, PlayerKind | undefined, PlayerKind | undefined])[] = [
  ['H.264 comes with the lowest latency', [h264, aac], chromium, undefined, 'flv'],
  ['VP9 is not in FLV for mpegts.js', [vp9, aac], firefox, undefined, 'hls'],
  ['neither is FLAC', [h264, flac], chromium, undefined, 'hls'],
  ['what nothing plays is tried with the first', [h264, speex], firefox, undefined, 'flv'],
  ['an iPhone plays HLS itself', [h264, aac], iPhone, undefined, 'native-hls'],
  ['the viewer has the last word', [h264, aac], chromium, 'hls', 'hls'],
  ['DASH only comes to who wants it', [vp9, flac], chromium, 'dash', 'dash'],
  ['unless the browser cannot', [h264, aac], firefox, 'native-hls', 'flv'],
  ['nothing is known of the tracks yet', [], firefox, undefined, 'flv'],
  ['FLV is switched off', [h264, aac], { ...chromium, outputsOff: ['flv'] }, undefined, 'hls'],
  ['HLS is too', [h264, aac], { ...chromium, outputsOff: ['flv', 'hls'] }, 'hls', 'dash'],
  ['there is nothing to play with', [h264], nothing, undefined, undefined],
]

for (const [name, tracks, browser, wanted, chosen] of cases) {
  test(`player choice: ${name}`, () => assert.equal(choosePlayer(tracks, browser, wanted), chosen))
}

test('player choice: what a browser can do is offered, DASH last', () => {
  assert.deepEqual(possiblePlayers(chromium), ['flv', 'hls', 'native-hls', 'dash'])
  assert.deepEqual(possiblePlayers(firefox), ['flv', 'hls', 'dash'])
  assert.deepEqual(possiblePlayers(iPhone), ['native-hls'])
})

test('player choice: the past comes over HLS', () => {
  assert.deepEqual([chromium, iPhone, nothing].map(rewindPlayer), ['hls', 'native-hls', undefined])
})

const reasons: readonly (readonly [PlayerKind, Track[], BrowserFacts, PlayerKind | undefined, boolean, string])[] = [
  ['flv', [h264, aac], chromium, undefined, false, 'It has the lowest latency.'],
  ['hls', [vp9, flac], firefox, undefined, false, 'HTTP-FLV does not play VP9 video and FLAC audio here.'],
  ['native-hls', [h264, aac], iPhone, undefined, false, 'There is no other way here.'],
  ['dash', [h264, aac], chromium, 'dash', false, 'You chose it.'],
  ['hls', [h264, aac], chromium, 'flv', true, 'The past comes over HLS.'],
]
for (const [kind, tracks, browser, wanted, isPast, reason] of reasons) {
  test(`player choice: why ${kind}: ${reason}`, () => {
    assert.equal(explainChoice(kind, tracks, browser, { wanted, isPast }), reason)
  })
}
