import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { clip } from '../peers/clips.ts'
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

function isFatal(error: string): boolean {
  return !/^(network|media)Error /.test(error)
}
