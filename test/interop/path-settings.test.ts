import assert from 'node:assert/strict'
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { framesOf, publishFile, publishOverAndOver, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, frameCount } from '../support/frame-list.ts'
import { pollUntil } from '../support/polling.ts'
import { logLines, relays, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 5

const file = `
hub: { resumeTimeout: 500ms }
paths:
  live/small: { chunkSize: 128, outAckSize: 10KiB, noDelay: true, minLatency: true }
  live/zero: { startAtZero: true, timestamps: keep, mergeWindowShortest: 350ms, mergeWindowFrames: 8 }
  live/slow: { mergedReads: on, mergedReadWindow: 300ms, interleaveWindow: 1s, sendMinInterval: 50ms }
  live/next: { gopCache: false, reduceSequenceHeaders: false, parseSps: false }
`

/** A server with that configuration in a file of its own, which the test may change. */
async function startServer(text: string): Promise<{
  readonly server: ServerProcess
  readonly change: (changed: string) => Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-settings-'))
  const path = join(folder, 'sluice.yaml')
  await writeFile(path, text)
  const server = await ServerProcess.start('--config', path)
  const change = async (changed: string): Promise<void> => {
    await writeFile(join(folder, 'new'), changed)
    await rename(join(folder, 'new'), path)
  }
  const close = async (): Promise<void> => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
  return { server, change, [Symbol.asyncDispose]: close }
}

for (const name of ['small', 'zero', 'slow', 'next']) {
  test.concurrent(`path settings: with those of live/${name} FFmpeg gets what FFmpeg sent`, async () => {
    await using started = await startServer(file)
    const { server } = started
    const path = await clip('clip.flv')
    const sent = await framesOf(path, seconds)
    await using waiting = startPlayer(server.rtmpUrl(`live/${name}?wait=30s`))
    await untilConnections(server, 'rtmp', 1)
    await using publisher = publishFile(server.rtmpUrl(`live/${name}`), path, seconds)
    await untilStream(server, `live/${name}`, ({ framesIn }) => framesIn > frameCount(sent) / 2)
    await using late = startPlayer(server.rtmpUrl(`live/${name}`))
    await publisher.untilDone()
    assert.equal(assertReceived(await received(waiting), sent), 0)
    assert.ok(assertReceived(await received(late), sent) > 0)
  })
}

test.concurrent('path settings: a push that a changed file has no more ends, and the recording beside it misses nothing', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-reload-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await using far = await ServerProcess.start('--hub-resume-timeout', '100ms')
  const record = `record: { all: true, dir: ${JSON.stringify(folder)} }`
  await using started = await startServer(`${record}\npaths: { live/*: { push: ["${far.rtmpUrl('{name}')}"] } }`)
  const { server, change } = started
  const path = await clip('clip.flv')
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await untilStream(far, 'live/test', ({ framesIn }) => framesIn > 10)
  await change(`${record.replace('}', ', format: mkv }')}\npaths: { live/*: { maxLag: 3s } }`)
  const gone = async (): Promise<true | undefined> => ((await relays(server)).length === 0 ? true : undefined)
  await pollUntil('the relay to end', gone)
  await pollUntil('the end there', async () => logLines(far).find(({ code }) => code === 'RTMP_UNPUBLISH'))
  await publisher.untilDone()
  await server.program.untilPrinted(/RECORD_STOPPED/)
  const [recorded = '', ...others] = await readdir(folder)
  assert.deepEqual(others, [])
  assert.equal(assertReceived(await framesOf(join(folder, recorded)), await framesOf(path, seconds)), 0)
})

test.concurrent('path settings: a changed file ends a publisher that FFmpeg feeds, a broken one does not', async () => {
  await using started = await startServer('publish: { noViewersTimeout: 0s }')
  const { server, change } = started
  await using publisher = publishOverAndOver(server.rtmpUrl('live/test'), await clip('clip.flv'))
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 0)
  const logged = (code: string): Promise<unknown> =>
    pollUntil(code, async () => logLines(server).find(line => line.code === code))
  await change('publish: { noViewersTimeout: -1s }')
  await logged('CONFIG_REFUSED')
  await untilStream(server, 'live/test', () => true)
  await change('publish: { noViewersTimeout: 10ms }')
  await logged('RTMP_UNPUBLISH')
  const line = logLines(server).find(({ code }) => code === 'RTMP_UNPUBLISH')
  assert.match(line?.msg ?? '', /Nobody watched for too long/)
  await publisher.close()
})
