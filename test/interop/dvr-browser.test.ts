import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { publishTime } from '../support/clock-publisher.ts'
import { keptSpan, untilKept } from '../support/kept-stream.ts'
import { PlayerPage, type PlayerState, startPlayerBrowser } from '../support/player-page.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
let folder: string
beforeAll(async () => {
  browser = await startPlayerBrowser()
  folder = await mkdtemp(join(tmpdir(), 'sluice-dvr-'))
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})

/** The middle of how old pictures were when they were shown. */
function median({ ages }: PlayerState): number {
  return ages.toSorted((a, b) => a - b)[ages.length >> 1] ?? Number.NaN
}

/** Memory has the last six seconds. */
const flags = ['--dvr-all', '--packager-segment-window', '3s', '--packager-segment-duration', '1s']

test('dvr: hls.js begins in the past and goes on, and goes back from live', async () => {
  await using server = await ServerProcess.start(...flags, '--dvr-dir', folder)
  await using publisher = publishTime(server.rtmpUrl('live/test'))
  await untilKept(server, kept => keptSpan(kept) >= 15_000)

  await using past = await PlayerPage.open(browser, server)
  await past.play('hls.js', server.httpUrl('/live/test/dvr.m3u8?offset=-12'), { backBufferLength: 5 })
  await past.untilAdvanced(1)
  await past.forget()
  const behind = await past.untilAdvanced(6)
  assert.deepEqual({ stalls: behind.stalls, errors: behind.errors }, { stalls: 0, errors: [] })
  assert.ok(median(behind) > 9000 && median(behind) < 17_000, `${median(behind)} ms behind`)

  await using live = await PlayerPage.open(browser, server)
  await live.play('hls.js', server.httpUrl('/live/test/dvr.m3u8'), { backBufferLength: 5 })
  await live.untilAdvanced(1)
  // On a busy machine it begins late, and stays as late as it was.
  await live.page.evaluate('void (video.currentTime = player.liveSyncPosition)')
  await live.untilAdvanced(1)
  await live.forget()
  const near = median(await live.untilAdvanced(3))
  assert.ok(near < 8000, `${near} ms behind`)
  await live.page.evaluate('video.currentTime -= 12')
  await live.untilAdvanced(1)
  await live.forget()
  const back = await live.untilAdvanced(3)
  assert.deepEqual(back.errors, [])
  assert.ok(median(back) > near + 9000, `${median(back)} ms behind, was ${near}`)
  await publisher.close()
})
