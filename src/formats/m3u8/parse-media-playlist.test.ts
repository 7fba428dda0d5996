import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { formatMediaPlaylist } from './format-media-playlist.ts'
import { parseMediaPlaylist } from './parse-media-playlist.ts'

/** RFC 8216 §8.1, §8.2 and §8.3. */
const simple = `#EXTM3U
#EXT-X-TARGETDURATION:10
#EXT-X-VERSION:3
#EXTINF:9.009,
http://media.example.com/first.ts
#EXTINF:9.009,
http://media.example.com/second.ts
#EXTINF:3.003,
http://media.example.com/third.ts
#EXT-X-ENDLIST
`
const encrypted = `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-MEDIA-SEQUENCE:7794
#EXT-X-TARGETDURATION:15

#EXT-X-KEY:METHOD=AES-128,URI="https://priv.example.com/key.php?r=52"

#EXTINF:2.833,
http://media.example.com/fileSequence52-A.ts
#EXTINF:15.0,
http://media.example.com/fileSequence52-B.ts

#EXT-X-KEY:METHOD=AES-128,URI="https://priv.example.com/key.php?r=53"

#EXTINF:15.0,
http://media.example.com/fileSequence53-A.ts
`

test('media playlist: the simple example of RFC 8216', () => {
  const { targetDuration, mediaSequence, isEnded, segments } = parseMediaPlaylist(simple)
  assert.deepEqual([targetDuration, mediaSequence, isEnded], [10, 0, true])
  assert.deepEqual(
    segments.map(({ uri, duration }) => [uri.slice(25), duration]),
    [
      ['first.ts', 9.009],
      ['second.ts', 9.009],
      ['third.ts', 3.003],
    ],
  )
})

test('media playlist: without a vector, it is the number of the segment', () => {
  const { segments, isEnded } = parseMediaPlaylist(encrypted)
  assert.equal(isEnded, false)
  const keys = segments.map(({ key }) => [key?.uri.slice(-2), Buffer.from(key?.iv ?? []).toString('hex')])
  assert.deepEqual(keys, [
    ['52', '00000000000000000000000000001e72'],
    ['52', '00000000000000000000000000001e73'],
    ['53', '00000000000000000000000000001e74'],
  ])
})

/** As FFmpeg 7.1 writes it with `-hls_segment_type fmp4 -hls_flags single_file`, shortened. */
const inOneFile = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:1
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="x.m4s",BYTERANGE="1352@0"
#EXTINF:1.000000,
#EXT-X-BYTERANGE:51000@1352
x.m4s
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-11-21T10:00:00.500Z
#EXTINF:0.960000,title
#EXT-X-BYTERANGE:47000
x.m4s
#EXT-X-GAP
#EXTINF:1,
y.m4s
#EXT-X-ENDLIST
`

test('media playlist: byte ranges that go on, maps, discontinuities, dates and gaps', () => {
  const { segments, type } = parseMediaPlaylist(inOneFile)
  const map = { uri: 'x.m4s', byteRange: { length: 1352, offset: 0 } }
  const plain = { isDiscontinuity: false, isGap: false, parts: [], map }
  assert.equal(type, 'vod')
  assert.deepEqual(segments, [
    { ...plain, uri: 'x.m4s', duration: 1, byteRange: { length: 51000, offset: 1352 } },
    {
      ...{ ...plain, uri: 'x.m4s', duration: 0.96, byteRange: { length: 47000, offset: 52352 } },
      ...{ isDiscontinuity: true, programDateTime: Date.UTC(2026, 10, 21, 10, 0, 0, 500) },
    },
    { ...plain, uri: 'y.m4s', duration: 1, isGap: true },
  ])
})

const faults: Readonly<Record<string, string>> = {
  'no playlist': '<html>',
  'no target duration': '#EXTM3U\n',
  'a segment without a duration': '#EXTM3U\n#EXT-X-TARGETDURATION:1\nx.ts\n',
  'a duration that is no number': '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:a,\nx.ts\n',
  'a byte range without a beginning': '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-BYTERANGE:5\n#EXTINF:1,\nx.ts\n',
  'SAMPLE-AES': '#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n',
  'a key of a DRM system': '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="com.apple.streamingkeydelivery"\n',
  'attributes without values': '#EXTM3U\n#EXT-X-MAP:URI\n',
  variables: '#EXTM3U\n#EXT-X-DEFINE:NAME="a",VALUE="b"\n',
}

for (const [name, text] of Object.entries(faults)) {
  test(`media playlist: ${name} is refused`, () => assert.throws(() => parseMediaPlaylist(text), ProtocolError))
}

test('media playlist: what we write is read as it was', () => {
  const key = { method: 'AES-128', uri: 'key', iv: Buffer.alloc(16, 7) } as const
  const segment = { isDiscontinuity: false, isGap: false, parts: [], map: { uri: 'init.mp4' }, key }
  const playlist = {
    ...{ targetDuration: 2, mediaSequence: 12, discontinuitySequence: 3, hasIndependentSegments: true, isEnded: false },
    segments: [
      { ...segment, uri: 'a', duration: 2, programDateTime: 1_700_000_000_000 },
      { ...segment, uri: 'b', duration: 1.5, isDiscontinuity: true },
    ],
    renditionReports: [],
  }
  assert.deepEqual(parseMediaPlaylist(formatMediaPlaylist(playlist)), playlist)
})

const words = [
  ...[
    '#EXTM3U',
    '#EXTINF:',
    '#EXT-X-KEY:',
    '#EXT-X-MAP:',
    '#EXT-X-BYTERANGE:',
    '#EXT-X-TARGETDURATION:',
    '\n',
    ',',
    '=',
  ],
  ...['METHOD=AES-128', 'URI="x"', 'IV=0x', '1@2', '9', '-', '.', '"', 'x.ts', '#EXT-X-MEDIA-SEQUENCE:'],
]

test('media playlist: any text is read or refused', () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 })), { maxLength: 40 })
  fc.assert(
    fc.property(text, pieces => {
      try {
        parseMediaPlaylist(`#EXTM3U\n${pieces.join('')}`)
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }),
    { seed: 8216, numRuns: 2000 },
  )
})
