import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Track } from '../api/sluice-api.ts'
import { type BrowserFacts, choosePlayer, type PlayerKind } from './player-choice.ts'

const h264: Track = { id: 0, kind: 'video', index: 0, codec: 'H.264', codecString: 'avc1.64001f', bitrate: 0 }
const vp9: Track = { id: 0, kind: 'video', index: 0, codec: 'VP9', codecString: 'vp09.00.10.08', bitrate: 0 }
const aac: Track = { id: 1, kind: 'audio', index: 0, codec: 'AAC', codecString: 'mp4a.40.2', bitrate: 0 }
const flac: Track = { id: 1, kind: 'audio', index: 0, codec: 'FLAC', codecString: 'fLaC', bitrate: 0 }
const speex: Track = { id: 1, kind: 'audio', index: 0, codec: 'Speex', codecString: null, bitrate: 0 }

const chromium: BrowserFacts = { hasMediaSource: true, isTypeSupported: () => true, hasNativeHls: true }
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
  ['unless the browser cannot', [h264, aac], firefox, 'native-hls', 'flv'],
  ['nothing is known of the tracks yet', [], firefox, undefined, 'flv'],
  ['there is nothing to play with', [h264], nothing, undefined, undefined],
]

for (const [name, tracks, browser, wanted, chosen] of cases) {
  test(`player choice: ${name}`, () => assert.equal(choosePlayer(tracks, browser, wanted), chosen))
}
