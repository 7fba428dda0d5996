import assert from 'node:assert/strict'
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { publishOverAndOver } from '../support/ffmpeg-peers.ts'
import { watchPlaylists } from '../support/hls-watcher.ts'
import { PlayerPage, startPlayerBrowser } from '../support/player-page.ts'
import { pollUntil } from '../support/polling.ts'
import { metric, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
let folder: string
beforeAll(async () => {
  browser = await startPlayerBrowser()
  folder = await mkdtemp(join(tmpdir(), 'sluice-comebacks-'))
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})

const cycles = 30
/** Sound that begins later than its picture is a hole. */
const settings = { maxBufferHole: 0.5 }
const flags = ['--dvr-all', '--hub-resume-timeout', '10s', '--packager-packager-idle-timeout', '1s']

test('browser: hls.js plays on over thirty publishers, and nothing of them stays', { timeout: 240_000 }, async () => {
  await using server = await ServerProcess.start(...flags, '--dvr-dir', folder)
  const path = await clip('clip.flv')
  await using view = await PlayerPage.open(browser, server)
  const over = new AbortController()
  let watched: ReturnType<typeof watchPlaylists> | undefined
  let frames = 0
  for (let cycle = 0; cycle < cycles; cycle++) {
    await using publisher = publishOverAndOver(server.rtmpUrl('live/test'), path)
    if (cycle === 0) {
      await view.play('hls.js', server.httpUrl('/live/test/index.m3u8'), settings)
      watched = watchPlaylists(server.httpUrl('/live/test/index.m3u8'), over.signal)
    }
    const { framesIn } = await untilStream(server, 'live/test', facts => facts.framesIn > frames + 60)
    frames = framesIn
    await view.untilShown(10)
    await publisher.close()
  }
  over.abort()
  const { broken, reloads } = (await watched) ?? assert.fail()
  assert.deepEqual(broken, [])
  assert.ok(reloads > cycles, `only ${reloads} reloads`)
  await view[Symbol.asyncDispose]()
  await pollUntil('the end of everything', async () => {
    const held = ['sluice_streams{state="waiting"}', 'sluice_packagers{form="cmaf"}'].map(name => metric(server, name))
    return (await Promise.all(held)).every(count => count === 0) ? true : undefined
  })
  assert.deepEqual(await keptOpen(server), [])
})

/** Files of the DVR that the server has open. */
async function keptOpen({ program }: ServerProcess): Promise<readonly string[]> {
  const handles = `/proc/${program.pid}/fd`
  const targets = await Promise.all(
    (await readdir(handles)).map(handle => readlink(join(handles, handle)).catch(() => '')),
  )
  return targets.filter(target => target.startsWith(folder))
}
