import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { publishTime } from '../support/clock-publisher.ts'
import { untilSegments } from '../support/listed-segments.ts'
import { PlayerPage, startPlayerBrowser } from '../support/player-page.ts'
import { ScenePublisher } from '../support/scene-publisher.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startPlayerBrowser()
})
afterAll(() => browser.close())

const all = ['320x240', '160x120', '320x240']
const players = [
  // hls.js 1.7.4 does not change the codec of sound that has a list of its own.
  { player: 'hls.js', file: 'index.m3u8', shown: all.slice(0, 2) },
  { player: 'hls.js', file: 'muxed.m3u8', shown: all },
  { player: 'shaka', file: 'index.mpd', shown: all },
  { player: 'dash.js', file: 'index.mpd', shown: all },
] as const

const hour = 3_600_000
/** H.264, AV1 and VP9, AAC and Opus, two sizes, and a clock that jumps to and fro. */
const scenes = [
  { name: 'clip.flv', seconds: 10, start: 0 },
  { name: 'plain-av1.flv', seconds: 4, start: 10_000 },
  { name: 'small.flv', seconds: 4, start: hour },
  { name: 'vp9-opus.flv', seconds: 10, start: 14_000 },
] as const

test('browser: every player plays on when codec, size and clock change within a session', {
  timeout: 120_000,
}, async () => {
  await using server = await ServerProcess.start()
  await using publisher = await ScenePublisher.open(server.rtmpPort, 'test')
  const paths = await Promise.all(scenes.map(({ name }) => clip(name)))
  const sent = (async () => {
    for (const [i, { seconds, start }] of scenes.entries())
      await publisher.send({ path: paths[i] ?? '', seconds, start })
  })()
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 20)
  await untilSegments(server, 'live/test', 2)
  await using pages = new AsyncDisposableStack()
  await Promise.all(
    players.map(async ({ player, file, shown }) => {
      const view = pages.use(await PlayerPage.open(browser, server))
      await view.play(player, server.httpUrl(`/live/test/${file}`))
      for (const size of shown) {
        await view.untilSize(size, 45_000)
        await view.untilShown(25)
      }
      const { errors, sizes } = await view.state()
      assert.deepEqual({ player, file, sizes }, { player, file, sizes: shown })
      assert.deepEqual({ player, file, fatal: errors.filter(isFatal) }, { player, file, fatal: [] })
    }),
  )
  await sent
})

const inputs = [{ url: 'publish:', timeout: '1s' }, { url: 'publish:' }]

test('browser: every player plays on when the input on air falls silent, and another one takes its place', {
  timeout: 120_000,
}, async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-inputs-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = join(folder, 'sluice.yaml')
  await writeFile(config, JSON.stringify({ streams: { 'live/test': { inputs } } }))
  await using server = await ServerProcess.start('--config', config, '--packager-segment-duration', '1s')
  await using main = publishTime(server.rtmpUrl('live/test'))
  await untilOnAir(server, 0)
  await using spare = publishTime(server.rtmpUrl('live/test'))
  await untilStream(server, 'live/test', ({ inputs: now }) => now?.items[1]?.state === 'receiving')
  await untilSegments(server, 'live/test', 2)
  await using pages = new AsyncDisposableStack()
  const views = await Promise.all(
    players
      .filter(({ file }) => file !== 'muxed.m3u8')
      .map(async ({ player, file }) => {
        const view = pages.use(await PlayerPage.open(browser, server))
        await view.play(player, server.httpUrl(`/live/test/${file}`))
        await view.untilShown(50)
        return { player, view }
      }),
  )
  main.kill('SIGSTOP')
  await untilOnAir(server, 1)
  main.kill('SIGKILL')
  const switched = Date.now()
  for (const { player, view } of views) {
    await view.untilMadeAfter(switched, 50)
    const { errors, sizes } = await view.state()
    assert.deepEqual({ player, sizes, fatal: errors.filter(isFatal) }, { player, sizes: ['320x180'], fatal: [] })
  }
  await spare.close()
})

async function untilOnAir(server: ServerProcess, at: number): Promise<void> {
  await untilStream(server, 'live/test', ({ inputs: now }) => now?.items[at]?.onAir === true)
}

function isFatal(error: string): boolean {
  return !/^(network|media)Error /.test(error)
}
