import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { annexBHashes } from '../support/annex-b-hashes.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 7

/** A key for every second segment. */
const encrypted = ['--hls-encryption', 'aes-128', '--hls-key-rotation', '2', '--packager-segment-duration', '1s']

const cases: readonly { readonly playlist: string; readonly flags: readonly string[] }[] = [
  { playlist: 'index.m3u8', flags: [] },
  { playlist: 'muxed.m3u8', flags: [] },
  { playlist: 'ts.m3u8', flags: [] },
  { playlist: 'index.m3u8', flags: encrypted },
  { playlist: 'muxed.m3u8', flags: encrypted },
  { playlist: 'ts.m3u8', flags: encrypted },
]

for (const { playlist, flags } of cases) {
  test.concurrent(`hls: FFmpeg plays ${playlist} ${flags.join(' ')} as it was sent, up to the end`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms', ...flags)
    const path = await clip('clip.flv')
    const sent = await annexBHashes(path, '-t', `${seconds}`)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
    const played = annexBHashes(server.httpUrl(`/live/test/${playlist}`))
    await publisher.untilDone()
    const is = await played
    for (const [i, hashes] of is.entries()) {
      assert.ok(hashes.length > 100, `only ${hashes.length} frames`)
      assert.deepEqual(hashes, sent[i]?.slice(-hashes.length))
    }
    assert.equal(is.length, 2)
  })
}
