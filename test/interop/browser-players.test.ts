import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { publishTime } from '../support/clock-publisher.ts'
import { documentedScripts } from '../support/documented-scripts.ts'
import { untilSegments } from '../support/listed-segments.ts'
import { faults, PlayerPage, type PlayerState, startPlayerBrowser } from '../support/player-page.ts'
import { pollUntil } from '../support/polling.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startPlayerBrowser()
})
afterAll(() => browser.close())

/** Wait until it has shown `seconds` of pictures that were at most so old, and stood still no more often than that. */
async function untilNear(view: PlayerPage, seconds: number, oldestMs: number, maxStalls: number): Promise<void> {
  let seen = ''
  const isNear = async (): Promise<true | undefined> => {
    await view.forget()
    const state = await view.untilAdvanced(seconds)
    seen = `${median(state)} ms, ${state.stalls} stalls`
    return (median(state) < oldestMs && state.stalls <= maxStalls) || undefined
  }
  await pollUntil('pictures of now', isNear).catch((cause: unknown) => {
    throw new Error(`Cannot play near live: less than ${oldestMs} ms are wanted, are ${seen}`, { cause })
  })
}

/** The middle of how old pictures were when they were shown. */
function median({ ages }: PlayerState): number {
  return ages.toSorted((a, b) => a - b)[ages.length >> 1] ?? Number.NaN
}

// One after the other: they measure.
describe('as they are watched', () => {
  test('browser: hls.js is less than two seconds behind, and never stalls', async () => {
    await using server = await ServerProcess.start()
    await using publisher = publishTime(server.rtmpUrl('live/test'))
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
    await using view = await PlayerPage.open(browser, server)
    const { nearLive } = await documentedScripts()
    await view.play('hls.js', server.httpUrl('/live/test/index.m3u8'), nearLive)
    await view.untilAdvanced(5)
    await untilNear(view, 10, 2000, 0)
    const { errors, heard } = await view.state()
    await publisher.close()
    assert.deepEqual(faults(errors), [])
    assert.ok(heard > 0)
  })

  test('browser: players of DASH with low latency are less than two and a half seconds behind', async () => {
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
        await untilNear(view, 8, 2500, maxStalls)
        const { errors } = await view.state()
        assert.deepEqual({ player, errors }, { player, errors: [] })
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
        await view.untilAdvanced(4)
        const { errors, heard, width } = await view.untilDecoded(60)
        assert.deepEqual({ player, file, errors, width }, { player, file, errors: [], width: 320 })
        assert.ok(heard > 0, player)
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
