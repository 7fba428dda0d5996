import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { publishTime } from '../support/clock-publisher.ts'
import { ConsolePage } from '../support/console-page.ts'
import { documentedScripts } from '../support/documented-scripts.ts'
import { untilSegments } from '../support/listed-segments.ts'
import { type PlayerName, PlayerPage, type PlayerSettings, startPlayerBrowser } from '../support/player-page.ts'
import { pollUntil } from '../support/polling.ts'
import { RestartedServer } from '../support/restarted-server.ts'
import { untilStream } from '../support/server-facts.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startPlayerBrowser()
})
afterAll(() => browser.close())

type Case = { readonly player: PlayerName; readonly file: string; readonly settings: PlayerSettings }

/** With what docs/hls.md tells operators. */
async function cases(): Promise<readonly Case[]> {
  const { patient, patientShaka } = await documentedScripts()
  return [
    { player: 'hls.js', file: 'index.m3u8', settings: patient },
    { player: 'hls.js', file: 'ts.m3u8', settings: patient },
    { player: 'shaka', file: 'index.m3u8', settings: patientShaka },
    { player: 'shaka', file: 'index.mpd', settings: {} },
    {
      player: 'dash.js',
      file: 'index.mpd',
      settings: {
        streaming: { retryAttempts: { MPD: 30 }, retryIntervals: { MPD: 1000 }, gaps: { threshold: 1 } },
      },
    },
  ]
}

test('browser: every player plays on when the server is killed, or ended, and started again', {
  timeout: 180_000,
}, async () => {
  await using server = await RestartedServer.start(({ process }) => publishTime(process.rtmpUrl('live/test')))
  await untilStream(server.process, 'live/test', ({ framesIn }) => framesIn > 50)
  await untilSegments(server, 'live/test', 4)
  await using pages = new AsyncDisposableStack()
  const console = pages.use(await ConsolePage.open(browser, server, '/watch/live/test'))
  const views = await Promise.all(
    (await cases()).map(async ({ player, file, settings }) => {
      const view = pages.use(await PlayerPage.open(browser, server))
      await view.play(player, server.httpUrl(`/live/test/${file}`), settings)
      return view
    }),
  )
  const untilPlayed = (time: number): Promise<unknown> =>
    Promise.all([untilSeen(console, time), ...views.map(view => view.untilMadeAfter(time, 40))])
  await untilPlayed(Date.now() - 20_000)
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    await server.restart(signal)
    await untilPlayed(Date.now())
  }
})

/** Wait until a picture is seen that was made after `time`. */
async function untilSeen(view: ConsolePage, time: number): Promise<void> {
  await pollUntil('a new picture', async () => {
    const behind = (time - (await view.pictureTime())) & 0xffffff
    return behind > 0x800000 ? true : undefined
  })
}
