import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { framesOf, publishFile, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, inMilliseconds, parseFrameList } from '../support/frame-list.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 5

for (const name of ['clip.flv', 'hevc.flv', 'vp9.flv', 'mp3.flv'] as const satisfies readonly ClipName[]) {
  test.concurrent(`http-fmp4: FFmpeg plays ${name} as it was sent, from the start and later`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    const path = await clip(name)
    const sent = await framesOf(path, seconds)
    await using waiting = startPlayer(server.httpUrl('/live/test.mp4?wait=30s'))
    await untilConnections(server, 'http', 1)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 150)
    await using late = startPlayer(server.httpUrl('/live/test.mp4'))
    await publisher.untilDone()
    const lists = await Promise.all([waiting, late].map(async player => (await player.untilDone()).stdout.toString()))
    const [all, end] = lists.map(text => inMilliseconds(parseFrameList(text)))
    assert.ok(assertReceived(all ?? assert.fail(), sent) < 30)
    assert.ok(assertReceived(end ?? assert.fail(), sent) > 25)
  })
}
