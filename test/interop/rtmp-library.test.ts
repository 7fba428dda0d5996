import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { projectRoot } from '../../scripts/project.mjs'
import { clip } from '../peers/clips.ts'
import { Program } from '../peers/program.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceivedPart } from '../support/frame-list.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

test('library: the example of its page passes a stream on from one server to another, as it was', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-library-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = await clip('clip.flv')
  await using from = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using to = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const page = await readFile(join(projectRoot, 'docs/library.md'), 'utf8')
  const example = /```ts\n(.*?)```/s.exec(page)?.[1] ?? assert.fail()
  const script = example
    .replace('sluice/rtmp', join(projectRoot, 'src/clients/rtmp/library.ts'))
    .replace('rtmp://localhost/live/test', from.rtmpUrl('live/test'))
    .replace('rtmps://example.com/live/key', to.rtmpUrl('live/test'))
    .replace('10_000', '3_000')
  await writeFile(join(folder, 'example.mts'), script)

  await using player = startPlayer(to.rtmpUrl('live/test?wait=15s'))
  await untilConnections(to, 'rtmp', 1)
  await using publisher = publishFile(from.rtmpUrl('live/test'), path, 8)
  await untilStream(from, 'live/test', ({ state }) => state === 'live')
  await using program = new Program(process.execPath, [join(folder, 'example.mts')])
  await program.untilDone()
  await publisher.close()
  assertReceivedPart(await received(player), await framesOf(path))
})
