import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, frameCount } from '../support/frame-list.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 5
/** When late players come, as part of what is sent. */
const lateJoin = 0.5

const clips: readonly { readonly name: ClipName; readonly holds: string }[] = [
  { name: 'clip.flv', holds: 'H.264 with B-frames and AAC' },
  { name: 'mp3.flv', holds: 'MP3 audio' },
  { name: 'audio.flv', holds: 'audio alone' },
  { name: 'video.flv', holds: 'video alone' },
  { name: 'hevc.flv', holds: 'H.265 in Enhanced RTMP' },
  { name: 'av1.flv', holds: 'AV1 in Enhanced RTMP' },
]

for (const { name, holds } of clips) {
  test.concurrent(`passthrough: ${holds} reaches waiting and late players as it was sent`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    const path = await clip(name)
    const sent = await framesOf(path, seconds)
    await using waiting = startPlayer(server.rtmpUrl('live/test?wait=30s'))
    await using waitingOverHttp = startPlayer(server.httpUrl('/live/test.flv?wait=30s'))
    await untilConnections(server, 'rtmp', 1)
    await untilConnections(server, 'http', 1)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > frameCount(sent) * lateJoin)
    await using late = startPlayer(server.rtmpUrl('live/test'))
    await using lateOverHttp = startPlayer(server.httpUrl('/live/test.flv'))
    await publisher.untilDone()

    assert.equal(assertReceived(await received(waiting), sent), 0)
    assert.equal(assertReceived(await received(waitingOverHttp), sent), 0)
    for (const player of [late, lateOverHttp]) assert.ok(assertReceived(await received(player), sent) > 0)
  })
}

test.concurrent('passthrough: rtmpdump writes a valid FLV file with the same frames', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-passthrough-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  const sent = await framesOf(path, seconds)
  const file = join(folder, 'dump.flv')
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > frameCount(sent) * lateJoin)
  await using rtmpdump = startPeer('rtmpdump', ['--live', '-r', server.rtmpUrl('live/test'), '-o', file])
  await publisher.untilDone()
  await rtmpdump.untilDone()
  assert.ok(assertReceived(await framesOf(file), sent) > 0)
})
