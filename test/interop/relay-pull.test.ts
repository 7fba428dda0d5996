import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceivedPart } from '../support/frame-list.ts'
import { NginxRtmp } from '../support/nginx-rtmp.ts'
import { pollUntil } from '../support/polling.ts'
import { logLines, relays, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

/** A server whose `paths:` are these, as JSON, which is YAML too. */
async function startWith(
  paths: Readonly<Record<string, unknown>>,
  onTestFinished: (clean: () => Promise<void>) => void,
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-pull-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'sluice.yaml')
  await writeFile(file, JSON.stringify({ paths }))
  const quickly = ['--hub-resume-timeout', '500ms', '--relay-retry-shortest', '100ms', '--relay-retry-longest', '200ms']
  return ServerProcess.start('--config', file, ...quickly)
}

test.concurrent('relay pull: on demand, it starts with the first player and ends after the last, as it was', async ({
  onTestFinished,
}) => {
  await using nginx = await NginxRtmp.start()
  const pull = { 'far/**': { pull: nginx.url('{key}?token=secret'), pullLinger: '500ms' } }
  await using server = await startWith(pull, onTestFinished)
  const path = await clip('clip.flv')
  await using publisher = publishFile(nginx.url('test'), path, 9)
  assert.deepEqual(await relays(server), [])
  // Neither of them asks to wait.
  await using player = startPlayer(server.rtmpUrl('far/test'))
  await using viewer = startPlayer(server.httpUrl('/far/test.flv'))
  const { publisher: source } = await untilStream(server, 'far/test', ({ framesIn }) => framesIn > 20)
  assert.equal(source?.peer, `rtmp://127.0.0.1:${nginx.port}/live/…`)
  await publisher.untilDone()
  const sent = await framesOf(path, 9)
  assertReceivedPart(await received(player), sent)
  assertReceivedPart(await received(viewer), sent)
  await pollUntil('the pull to end', async () => ((await relays(server)).length === 0 ? true : undefined))
  assert.doesNotMatch(server.program.output, /secret/)
})

test.concurrent('relay pull: always, it comes back when the server does', async ({ onTestFinished }) => {
  await using nginx = await NginxRtmp.start()
  const pull = { 'far/test': { pull: nginx.url('test'), pullOnDemand: false } }
  await using server = await startWith(pull, onTestFinished)
  const path = await clip('clip.flv')
  await using first = publishFile(nginx.url('test'), path, 9)
  await untilStream(server, 'far/test', ({ framesIn }) => framesIn > 20)
  await nginx.kill()
  await first.ended
  await pollUntil('the failure', async () => (await relays(server)).find(({ failures }) => failures > 1))
  await nginx.restart()
  await using second = publishFile(nginx.url('test'), path, 5)
  await untilStream(server, 'far/test', ({ framesIn }) => framesIn > 20)
  await second.untilDone()
  const codes = logLines(server).map(({ code }) => code)
  assert.ok(codes.includes('RELAY_STARTED') && codes.includes('RELAY_FAILED') && codes.includes('RELAY_STOPPED'))
})

test.concurrent('relay pull: a player of what the other server does not have is told so', async ({
  onTestFinished,
}) => {
  await using other = await ServerProcess.start()
  const pull = { 'far/**': { pull: other.rtmpUrl('live/{key}') } }
  await using server = await startWith(pull, onTestFinished)
  await using player = startPlayer(server.httpUrl('/far/nothing.flv'))
  const [relay] = await pollUntil('the refusal', async () => {
    const list = await relays(server)
    return list[0]?.lastError === null || list.length === 0 ? undefined : list
  })
  assert.match(relay?.lastError ?? '', /the server says "Cannot play live\/….*StreamNotFound/)
  await player.close()
})

test.concurrent('relay pull: always is for one stream, and a pattern for many is a start-up error', async ({
  onTestFinished,
}) => {
  const pull = { 'far/**': { pull: 'rtmp://host/live/{key}', pullOnDemand: false } }
  await assert.rejects(startWith(pull, onTestFinished), /the pattern must be the name of one stream/)
})
