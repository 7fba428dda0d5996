import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { assertRelayed, type Forms, listed, listFrames } from '../support/common-form.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 5
/** Frames that have gone by when somebody comes late. */
const late = 150

for (const [name, forms] of [
  ['clip.flv', ['h264', 'aac']],
  ['hevc.flv', ['hevc', 'aac']],
] as const satisfies readonly (readonly [ClipName, Forms])[]) {
  test.concurrent(`http-ts: FFmpeg plays ${name} as it was sent, from the start and later`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    const path = await clip(name)
    await using source = listFrames(path, forms, '-t', `${seconds}`)
    const sent = await listed(source)
    await using waiting = listFrames(server.httpUrl('/live/test.ts?wait=30s'), forms)
    await untilConnections(server, 'http', 1)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > late)
    await using player = listFrames(server.httpUrl('/live/test.ts'), forms)
    await publisher.untilDone()
    assertRelayed(await listed(waiting), sent)
    const rest = await listed(player)
    assertRelayed(rest, sent, { atStart: Number.POSITIVE_INFINITY, atEnd: 0 })
    assert.ok((rest[0]?.frames.length ?? 0) < (sent[0]?.frames.length ?? 0))
  })
}

test.concurrent('http-ts: is video/mp2t', async () => {
  await using server = await ServerProcess.start()
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 30)
  const response = await fetch(server.httpUrl('/live/test.ts'))
  assert.equal(response.headers.get('content-type'), 'video/mp2t')
  await response.body?.cancel()
  await publisher.close()
})
