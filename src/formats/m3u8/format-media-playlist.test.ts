import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatMediaPlaylist } from './format-media-playlist.ts'
import type { MediaPlaylist, PlaylistSegment } from './media-playlist.ts'

const first: PlaylistSegment = {
  uri: 'video-7.m4s',
  duration: 2,
  programDateTime: Date.UTC(2026, 10, 21, 8, 50, 8, 696),
  isDiscontinuity: false,
  isGap: false,
  map: { uri: 'video-init-3.m4s' },
  parts: [],
}

const playlist: MediaPlaylist = {
  targetDuration: 2,
  mediaSequence: 7,
  discontinuitySequence: 3,
  hasIndependentSegments: true,
  isEnded: false,
  segments: [first],
  renditionReports: [],
}

test('media playlist: a window of segments', () => {
  assert.equal(
    formatMediaPlaylist(playlist),
    `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="video-init-3.m4s"
#EXT-X-PROGRAM-DATE-TIME:2026-11-21T08:50:08.696Z
#EXTINF:2.00000,
video-7.m4s
`,
  )
})

test('media playlist: with parts, after a discontinuity', () => {
  const text = formatMediaPlaylist({
    ...playlist,
    serverControl: { canBlockReload: true, partHoldBack: 0.6, holdBack: 6, canSkipUntil: 12 },
    partTarget: 0.2,
    skippedSegments: 4,
    segments: [{ ...first, isGap: true }],
    open: {
      isDiscontinuity: true,
      map: { uri: 'video-init-4.m4s' },
      parts: [
        { uri: 'video-8.0.m4s', duration: 0.2, isIndependent: true },
        { uri: 'video-8.1.m4s', duration: 0.2, isIndependent: false },
      ],
    },
    preloadHint: 'video-8.2.m4s',
    renditionReports: [{ uri: 'audio.m3u8', lastMsn: 8, lastPart: 1 }],
  })
  assert.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.00000,HOLD-BACK=6.00000,PART-HOLD-BACK=0.60000
#EXT-X-PART-INF:PART-TARGET=0.20000
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-SKIP:SKIPPED-SEGMENTS=4
#EXT-X-MAP:URI="video-init-3.m4s"
#EXT-X-PROGRAM-DATE-TIME:2026-11-21T08:50:08.696Z
#EXT-X-GAP
#EXTINF:2.00000,
video-7.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="video-init-4.m4s"
#EXT-X-PART:DURATION=0.20000,URI="video-8.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.20000,URI="video-8.1.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="video-8.2.m4s"
#EXT-X-RENDITION-REPORT:URI="audio.m3u8",LAST-MSN=8,LAST-PART=1
`,
  )
})

test('media playlist: with parts, while nobody knows what comes next, does not end with a segment', () => {
  const text = formatMediaPlaylist({ ...playlist, partTarget: 0.2, segments: [first] })
  assert.match(text, /\nvideo-7\.m4s\n# [^\n]+\n$/)
})

test('media playlist: that never changes, with byte ranges and a key', () => {
  const key = {
    method: 'AES-128',
    uri: 'key?n=1',
    iv: Uint8Array.of(0, ...Array.from({ length: 15 }, () => 0xab)),
  } as const
  const text = formatMediaPlaylist({
    ...playlist,
    type: 'vod',
    isEnded: true,
    segments: [{ ...first, key, byteRange: { offset: 720, length: 1000 } }],
  })
  const lines = text.split('\n')
  assert.ok(lines.includes('#EXT-X-PLAYLIST-TYPE:VOD'))
  assert.ok(lines.includes('#EXT-X-KEY:METHOD=AES-128,URI="key?n=1",IV=0x00ababababababababababababababab'))
  assert.ok(lines.includes('#EXT-X-BYTERANGE:1000@720'))
  assert.equal(lines.at(-2), '#EXT-X-ENDLIST')
})

test('media playlist: a key counts for segments, and for none of their maps', () => {
  const keyOf = (number: number) => ({ method: 'AES-128', uri: `key-${number}`, iv: new Uint8Array(16) }) as const
  const [one, other] = [keyOf(1), keyOf(2)]
  const segments: readonly PlaylistSegment[] = [
    { ...first, uri: '7', key: one },
    { ...first, uri: '8', key: one },
    { ...first, uri: '9', key: other },
    { ...first, uri: '10', key: other, isDiscontinuity: true, map: { uri: 'video-init-4.m4s' } },
    { ...first, uri: '11', map: { uri: 'video-init-4.m4s' } },
  ]
  const iv = `IV=0x${'0'.repeat(32)}`
  const told = (list: MediaPlaylist): string[] =>
    formatMediaPlaylist(list)
      .split('\n')
      .filter(line => /^(?:#EXT-X-(?:KEY|MAP|DISCONTINUITY$)|\d)/.test(line))
  const tail = [
    '8',
    `#EXT-X-KEY:METHOD=AES-128,URI="key-2",${iv}`,
    '9',
    '#EXT-X-DISCONTINUITY',
    '#EXT-X-KEY:METHOD=NONE',
    '#EXT-X-MAP:URI="video-init-4.m4s"',
    `#EXT-X-KEY:METHOD=AES-128,URI="key-2",${iv}`,
    '10',
    '#EXT-X-KEY:METHOD=NONE',
    '11',
  ]
  const head = ['#EXT-X-MAP:URI="video-init-3.m4s"', `#EXT-X-KEY:METHOD=AES-128,URI="key-1",${iv}`]
  assert.deepEqual(told({ ...playlist, segments }), [...head, '7', ...tail])
  // What was left out may have ended with a key in force.
  const delta = { ...playlist, skippedSegments: 1, segments: segments.slice(1) }
  assert.deepEqual(told(delta), ['#EXT-X-KEY:METHOD=NONE', ...head, ...tail])
  const withoutMaps = { ...delta, segments: delta.segments.map(({ map: _map, ...segment }) => segment) }
  assert.deepEqual(told(withoutMaps).slice(0, 2), [head[1], '8'])
})
