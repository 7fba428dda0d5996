import assert from 'node:assert/strict'
import { parse } from 'mpd-parser'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { parseFrameList } from '../support/frame-list.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 8
/** FFmpeg says so of every fragmented file. */
const harmless = /advanced_editlist does not work with fragmented MP4/

async function hashesOf(url: string, ...input: string[]): Promise<readonly (readonly string[])[]> {
  const list = ['-v', 'warning', ...input, '-i', url, '-c', 'copy', '-f', 'framemd5', '-']
  await using program = startPeer('ffmpeg', list)
  const { stdout, stderr } = await program.untilDone()
  assert.deepEqual(
    stderr.split('\n').filter(line => line !== '' && !harmless.test(line)),
    [],
  )
  const { video, audio } = parseFrameList(stdout.toString())
  return [video, audio].map(track => (track?.frames ?? []).map(({ hash }) => hash))
}

for (const lowLatency of ['true', 'false']) {
  test.concurrent(`dash: FFmpeg plays what was sent, low latency ${lowLatency}`, async () => {
    await using server = await ServerProcess.start(`--dash-low-latency=${lowLatency}`)
    const path = await clip('clip.flv')
    const sent = await hashesOf(path, '-t', `${seconds}`)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
    const played = await hashesOf(server.httpUrl('/live/test.mpd'), '-t', '3')
    await publisher.untilDone()
    for (const [i, hashes] of played.entries()) {
      assert.ok(hashes.length > 60, `only ${hashes.length} frames`)
      const at = sent[i]?.indexOf(hashes[0] ?? '') ?? -1
      assert.deepEqual(hashes, sent[i]?.slice(at, at + hashes.length))
    }
  })
}

test('dash: an independent parser reads the tracks', async () => {
  await using server = await ServerProcess.start()
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 100)
  const url = server.httpUrl('/live/test/index.mpd')
  const response = await fetch(url)
  assert.equal(response.headers.get('content-type'), 'application/dash+xml')
  const { playlists, mediaGroups } = parse(await response.text(), { manifestUri: url })
  const [video] = playlists
  assert.equal(video?.endList, false)
  assert.deepEqual(video?.attributes.RESOLUTION, { width: 320, height: 240 })
  assert.equal(Object.keys(mediaGroups.AUDIO).length, 1)
  for (const { resolvedUri, map } of video?.segments ?? assert.fail()) {
    for (const uri of [map.resolvedUri, resolvedUri]) assert.equal((await fetch(uri)).status, 200)
  }
  publisher.kill('SIGTERM')
})

test('dash: the server tells its time', async () => {
  await using server = await ServerProcess.start()
  const time = Date.parse(await (await fetch(server.httpUrl('/_time'))).text())
  assert.ok(Math.abs(time - Date.now()) < 2000)
})
