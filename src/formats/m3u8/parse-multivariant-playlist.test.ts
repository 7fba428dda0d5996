import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { parseMultivariantPlaylist } from './parse-multivariant-playlist.ts'
import { isMultivariant } from './playlist-lines.ts'

/** RFC 8216 §8.6, with a resolution. */
const alternativeAudio = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",DEFAULT=YES,AUTOSELECT=YES,LANGUAGE="en",URI="main/english-audio.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Deutsch",DEFAULT=NO,AUTOSELECT=YES,LANGUAGE="de",URI="main/german-audio.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="sub",NAME="Deutsch",URI="main/german.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1280000,CODECS="mp4a.40.2,avc1.4d401e",AUDIO="aac"
low/video-only.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2560000,AVERAGE-BANDWIDTH=2000000,RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="aac"
mid/video-only.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="low/iframe.m3u8"
`

test('multivariant playlist: variants and their sound, the example of RFC 8216', () => {
  const { variants, media } = parseMultivariantPlaylist(alternativeAudio)
  assert.deepEqual(variants, [
    {
      ...{ uri: 'low/video-only.m3u8', bandwidth: 1_280_000, averageBandwidth: 1_280_000 },
      ...{ codecs: ['mp4a.40.2', 'avc1.4d401e'], audio: 'aac' },
    },
    {
      ...{ uri: 'mid/video-only.m3u8', bandwidth: 2_560_000, averageBandwidth: 2_000_000, codecs: [] },
      ...{ resolution: { width: 1280, height: 720 }, frameRate: 25, audio: 'aac' },
    },
  ])
  assert.deepEqual(
    media.map(({ name, isDefault, language, uri }) => [name, isDefault, language, uri]),
    [
      ['English', true, 'en', 'main/english-audio.m3u8'],
      ['Deutsch', false, 'de', 'main/german-audio.m3u8'],
    ],
  )
  assert.ok(isMultivariant(alternativeAudio))
})

for (const [name, text] of [
  ['no variants', '#EXTM3U\n'],
  ['a variant without a bandwidth', '#EXTM3U\n#EXT-X-STREAM-INF:CODECS="x"\nx.m3u8\n'],
] as const) {
  test(`multivariant playlist: ${name}`, () => assert.throws(() => parseMultivariantPlaylist(text), ProtocolError))
}
