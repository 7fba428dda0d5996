import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { publishTime } from '../support/clock-publisher.ts'
import { documentedScripts } from '../support/documented-scripts.ts'
import { untilSegments } from '../support/listed-segments.ts'
import { PlayerPage, type PlayerState, startPlayerBrowser } from '../support/player-page.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startPlayerBrowser()
})
afterAll(() => browser.close())

/** The middle of how old pictures were when they were shown. */
function median({ ages }: PlayerState): number {
  return ages.toSorted((a, b) => a - b)[ages.length >> 1] ?? Number.NaN
}

describe('as they are watched', () => {
  test.concurrent('browser: hls.js is less than two seconds behind, and never stalls', async () => {
    await using server = await ServerProcess.start()
    await using publisher = publishTime(server.rtmpUrl('live/test'))
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
    await using view = await PlayerPage.open(browser, server)
    const { nearLive } = await documentedScripts()
    await view.play('hls.js', server.httpUrl('/live/test/index.m3u8'), nearLive)
    await view.untilAdvanced(8)
    await view.forget()
    const state = await view.untilAdvanced(12)
    await publisher.close()
    assert.deepEqual({ stalls: state.stalls, errors: state.errors }, { stalls: 0, errors: [] })
    assert.ok(median(state) < 2000, `${median(state)} ms`)
    assert.ok(state.heard > 0)
  })

  test.concurrent('browser: players of DASH with low latency are less than two and a half seconds behind', async () => {
    await using server = await ServerProcess.start('--dash-low-latency=true')
    await using publisher = publishTime(server.rtmpUrl('live/test'))
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
    await untilSegments(server, 'live/test', 4)
    const players = [
      // Where the machine is quick, Shaka 5.2 goes up to 0.6 s behind, and waits for a frame now and then.
      ['shaka', { streaming: { lowLatencyMode: true } }, 5],
      ['dash.js', {}, 1],
    ] as const
    await Promise.all(
      players.map(async ([player, settings, maxStalls]) => {
        await using view = await PlayerPage.open(browser, server)
        await view.play(player, server.httpUrl('/live/test/index.mpd'), settings)
        await view.untilAdvanced(3)
        await view.forget()
        const state = await view.untilAdvanced(8)
        assert.deepEqual({ player, errors: state.errors }, { player, errors: [] })
        assert.ok(
          median(state) < 2500 && state.stalls <= maxStalls,
          `${player}: ${median(state)} ms, ${state.stalls} stalls`,
        )
      }),
    )
    await publisher.close()
  })
})

const cases = [
  { player: 'hls.js', file: 'ts.m3u8', settings: {} },
  { player: 'shaka', file: 'index.m3u8', settings: { streaming: { lowLatencyMode: true } } },
  { player: 'shaka', file: 'index.mpd', settings: { streaming: { lowLatencyMode: true } } },
  { player: 'dash.js', file: 'index.mpd', settings: {} },
] as const

describe('whatever comes', () => {
  test.concurrent('browser: other players play with picture and sound', async () => {
    await using server = await ServerProcess.start()
    await using publisher = publishTime(server.rtmpUrl('live/test'))
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
    await untilSegments(server, 'live/test', 4)
    await Promise.all(
      cases.map(async ({ player, file, settings }) => {
        await using view = await PlayerPage.open(browser, server)
        await view.play(player, server.httpUrl(`/live/test/${file}`), settings)
        await view.untilAdvanced(1)
        const { errors, heard, totalVideoFrames, width } = await view.untilAdvanced(4)
        assert.deepEqual({ player, file, errors, width }, { player, file, errors: [], width: 320 })
        assert.ok(heard > 0 && totalVideoFrames > 60, `${player}: ${heard} bytes, ${totalVideoFrames} frames`)
      }),
    )
    await publisher.close()
  })

  test.concurrent('browser: hls.js that stays open plays on when the publisher comes back with another size', async () => {
    await using server = await ServerProcess.start()
    await using view = await PlayerPage.open(browser, server)
    for (const [visit, size] of (['320x180', '640x360', '320x180'] as const).entries()) {
      await using publisher = publishTime(server.rtmpUrl('live/test'), size)
      if (visit === 0) {
        await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
        await view.play('hls.js', server.httpUrl('/live/test/index.m3u8'))
      }
      await view.untilSize(size)
      await view.untilAdvanced(2)
      await publisher.close()
    }
    assert.deepEqual((await view.state()).sizes, ['320x180', '640x360', '320x180'])
  })
})
