import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { publishTime } from '../support/clock-publisher.ts'
import { documentedScripts } from '../support/documented-scripts.ts'
import { publishOverAndOver } from '../support/ffmpeg-peers.ts'
import { untilSegments } from '../support/listed-segments.ts'
import { type PlayerName, PlayerPage, type PlayerSettings, startPlayerBrowser } from '../support/player-page.ts'
import { ScenePublisher } from '../support/scene-publisher.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startPlayerBrowser()
})
afterAll(() => browser.close())

const shown = ['320x240', '160x120', '320x240']

type Case = { readonly player: PlayerName; readonly file: string; readonly settings: PlayerSettings }

/** With what docs/hls.md tells operators. */
async function cases(): Promise<readonly Case[]> {
  const { patient } = await documentedScripts()
  return [
    { player: 'hls.js', file: 'index.m3u8', settings: patient },
    { player: 'hls.js', file: 'muxed.m3u8', settings: {} },
    { player: 'shaka', file: 'index.mpd', settings: {} },
    { player: 'dash.js', file: 'index.mpd', settings: overGaps },
  ]
}

/** What docs/dash.md tells those who use dash.js. */
const overGaps = { streaming: { gaps: { threshold: 1 } } }

const hour = 3_600_000
/** Another codec, then another size, and a clock that jumps. */
const scenes = {
  first: { name: 'clip.flv', start: 0 },
  av1: { name: 'plain-av1.flv', start: hour / 2 },
  small: { name: 'small.flv', start: hour },
} as const
const seconds = 2

test.concurrent('browser: every player plays on when codec, size and clock change, and another publisher comes', async () => {
  const last = await clip('vp9-opus.flv')
  await using server = await ServerProcess.start()
  await using publisher = await ScenePublisher.open(server.rtmpPort, 'test')
  await using another = new AsyncDisposableStack()
  const all = await cases()
  const shownTo = shown.map(() => new Set<Case>())
  /** A scene lasts until every player has shown it: one that begins anew does so near live. */
  const send = async ({ name, start }: (typeof scenes)[keyof typeof scenes], isOver: () => boolean): Promise<void> => {
    const path = await clip(name)
    let time = start
    do {
      await publisher.send({ path, seconds, start: time })
      time += 1000 * seconds
    } while (!isOver())
  }
  const sent = (async () => {
    await send(scenes.first, () => shownTo[0]?.size === all.length)
    await send(scenes.av1, () => true)
    await send(scenes.small, () => shownTo[1]?.size === all.length)
    await publisher[Symbol.asyncDispose]()
    another.use(publishOverAndOver(server.rtmpUrl('live/test'), last, 'ffmpeg-9'))
  })()
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 20)
  await untilSegments(server, 'live/test', 2)
  await using pages = new AsyncDisposableStack()
  await Promise.all(
    all.map(async one => {
      const { player, file, settings } = one
      const view = pages.use(await PlayerPage.open(browser, server))
      await view.play(player, server.httpUrl(`/live/test/${file}`), settings)
      for (const [i, size] of shown.entries()) {
        await view.untilSize(size)
        await view.untilShown(25)
        shownTo[i]?.add(one)
      }
    }),
  )
  await sent
})

test.concurrent('browser: over DASH, players play on over a time without sound', async () => {
  const path = await clip('silence.flv')
  await using server = await ServerProcess.start()
  await using publisher = publishOverAndOver(server.rtmpUrl('live/test'), path)
  await untilSegments(server, 'live/test', 1)
  await using pages = new AsyncDisposableStack()
  await Promise.all(
    (['shaka', 'dash.js'] as const).map(async player => {
      const view = pages.use(await PlayerPage.open(browser, server))
      const settings = player === 'shaka' ? {} : overGaps
      await view.play(player, server.httpUrl('/live/test/index.mpd'), settings)
      await view.untilShown(25)
      await view.untilJumped(2)
      await view.untilShown(10)
    }),
  )
  await publisher.close()
})

const players = [
  { player: 'hls.js', file: 'index.m3u8' },
  { player: 'shaka', file: 'index.mpd' },
  { player: 'dash.js', file: 'index.mpd' },
] as const
const inputs = [{ url: 'publish:', timeout: '1s' }, { url: 'publish:' }]

test('browser: every player plays on when the input on air falls silent, and another one takes its place', async ({
  onTestFinished,
}) => {
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
    players.map(async ({ player, file }) => {
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
