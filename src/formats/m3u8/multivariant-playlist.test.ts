import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatMultivariantPlaylist } from './multivariant-playlist.ts'

test('multivariant playlist: one variant with its sound apart', () => {
  const text = formatMultivariantPlaylist({
    hasIndependentSegments: true,
    media: [{ groupId: 'audio', name: 'A "quoted" name', isDefault: true, language: 'en', channels: 2, uri: 'a.m3u8' }],
    variants: [
      {
        uri: 'video.m3u8',
        bandwidth: 1_500_000,
        averageBandwidth: 1_200_000,
        codecs: ['avc1.64001f', 'mp4a.40.2'],
        resolution: { width: 1280, height: 720 },
        frameRate: 30_000 / 1001,
        audio: 'audio',
      },
    ],
  })
  assert.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="A quoted name",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1500000,AVERAGE-BANDWIDTH=1200000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio"
video.m3u8
`,
  )
})
