import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { type ListedTrack, parseFrameList } from '../support/frame-list.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 7
/** Both forms in Annex B, so that MP4 and a transport stream list the same bytes. */
const forms = ['-bsf:v', 'h264_mp4toannexb,filter_units=remove_types=7-9']

async function framesOf(url: string, ...input: string[]): Promise<readonly ListedTrack[]> {
  const sound = url.endsWith('ts.m3u8') ? ['-bsf:a', 'aac_adtstoasc'] : []
  const list = ['-v', 'error', ...input, '-i', url, '-c', 'copy', ...forms, ...sound, '-f', 'framemd5', '-']
  await using program = startPeer('ffmpeg', list)
  const { stdout } = await program.untilDone()
  const { video, audio } = parseFrameList(stdout.toString())
  return [video, audio].filter(track => track !== undefined)
}

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
    const sent = await framesOf(path, '-t', `${seconds}`)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
    const played = framesOf(server.httpUrl(`/live/test/${playlist}`))
    await publisher.untilDone()
    const [was, is] = [sent.map(hashesOf), (await played).map(hashesOf)]
    for (const [i, hashes] of is.entries()) {
      assert.ok(hashes.length > 100, `only ${hashes.length} frames`)
      assert.deepEqual(hashes, was[i]?.slice(-hashes.length))
    }
    assert.equal(is.length, 2)
  })
}

function hashesOf({ frames }: ListedTrack): readonly string[] {
  return frames.map(({ hash }) => hash)
}
