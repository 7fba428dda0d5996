import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { startPeer } from '../peers/peers.ts'
import { publishTime } from '../support/clock-publisher.ts'
import { ConsolePage, startBrowser } from '../support/console-page.ts'
import { keptSpan, untilKept } from '../support/kept-stream.ts'
import { pollUntil } from '../support/polling.ts'
import { streamFacts } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

/** The slider of the timeline, and what it says. */
class Slider {
  readonly bar: Locator

  constructor({ page }: ConsolePage) {
    this.bar = page.getByRole('slider', { name: 'Time' })
  }

  /** Milliseconds since 1970, in whole seconds. */
  async value(): Promise<number> {
    return 1000 * Number(await this.bar.getAttribute('aria-valuenow'))
  }

  /** The place on the screen of a share of the bar. */
  async place(share: number): Promise<{ readonly x: number; readonly y: number }> {
    const { x, y, width, height } = (await this.bar.boundingBox()) ?? assert.fail('there is no timeline')
    return { x: x + share * width, y: y + height / 2 }
  }

  untilLive(): Promise<void> {
    return this.bar.and(this.bar.page().locator('[aria-valuetext="Live"]')).waitFor()
  }
}

/** How far the picture is from a time, in milliseconds: pictures tell the low 24 bits of theirs. */
async function pictureBehind(view: ConsolePage, time: number): Promise<number> {
  return (((await view.pictureTime()) - time) << 8) >> 8
}

/** Soon after going to a time the picture is of that time, or of a moment that has passed since. */
async function untilPictureOf(view: ConsolePage, time: number): Promise<void> {
  await pollUntil('the picture of another time', async () => {
    const behind = await pictureBehind(view, time)
    return behind > -1500 && behind < 5000 ? behind : undefined
  })
}

async function untilNow(view: ConsolePage): Promise<void> {
  await pollUntil('a picture of now', async () => {
    const age = -(await pictureBehind(view, Date.now()))
    return age < 4000 ? age : undefined
  })
}

/** Seconds that a file plays. */
async function lengthOf(file: string): Promise<number> {
  const shown = ['-show_entries', 'format=duration', '-of', 'csv=p=0']
  await using ffprobe = startPeer('ffprobe', ['-v', 'error', ...shown, file])
  return Number((await ffprobe.untilDone()).stdout.toString())
}

function assertClean({ complaints, missing }: ConsolePage): void {
  assert.deepEqual({ complaints, missing: [...missing] }, { complaints: [], missing: [] })
}

test.concurrent('console: the timeline is dragged to a time, and the picture is of that time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-timeline-'))
  try {
    await using server = await ServerProcess.start(
      '--dvr-all',
      '--dvr-dir',
      folder,
      '--packager-segment-duration',
      '1s',
    )
    await using publisher = publishTime(server.rtmpUrl('live/test'))
    const { from } = await untilKept(server, kept => keptSpan(kept) >= 16_000)
    await using view = await ConsolePage.open(browser, server, '/watch/live/test')
    const slider = new Slider(view)
    await slider.untilLive()
    await view.untilPhase('playing')

    // Less than a minute is kept, so the bar is a minute wide.
    const [right, left] = [await slider.place(0.98), await slider.place(0.8)]
    await view.page.mouse.move(right.x, right.y)
    await view.page.mouse.down()
    await view.page.mouse.move(left.x, left.y, { steps: 4 })
    await view.page.mouse.up()
    const dragged = await slider.value()
    assert.ok(Math.abs(dragged - (Date.now() - 13_000)) < 5000, `${(dragged - Date.now()) / 1000} s`)
    await untilPictureOf(view, dragged)
    await view.untilAdvanced(2)
    await pollUntil('a timeline that says when the picture was made', async () => {
      const difference = await pictureBehind(view, await slider.value())
      return Math.abs(difference) < 1500 || undefined
    })

    await slider.bar.press('Home')
    await untilPictureOf(view, from)

    await view.page.getByRole('button', { name: 'Live' }).click()
    await slider.untilLive()
    await untilNow(view)

    await view.page.getByRole('button', { name: 'Clip' }).click()
    const end = view.page.getByRole('slider', { name: 'End of the clip' })
    await end.press('PageDown')
    const start = view.page.getByRole('slider', { name: 'Start of the clip' })
    const [first, last] = [await start.getAttribute('aria-valuenow'), await end.getAttribute('aria-valuenow')]
    const downloading = view.page.waitForEvent('download')
    await view.page.getByRole('button', { name: 'Download MP4' }).click()
    const file = await downloading
    assert.match(file.suggestedFilename(), /\.mp4$/)
    const seconds = await lengthOf(await file.path())
    assert.ok(Math.abs(seconds - (Number(last) - Number(first))) < 1.5, `${seconds} s, from ${first} to ${last}`)
    await publisher.close()
    assertClean(view)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.concurrent('console: recordings are listed, lead to what they have, and are deleted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-recordings-'))
  try {
    await using server = await ServerProcess.start(
      '--dvr-all',
      '--dvr-dir',
      folder,
      '--packager-segment-duration',
      '1s',
    )
    await using publisher = publishTime(server.rtmpUrl('live/test'))
    const { from } = await untilKept(server, kept => keptSpan(kept) >= 12_000)
    await using view = await ConsolePage.open(browser, server, '/recordings')
    const row = view.page.getByTestId('dvr-row').filter({ hasText: 'live/test' })
    await row.getByRole('button', { name: 'Ranges' }).click()
    await row.getByRole('list', { name: 'Ranges' }).getByRole('link').click()
    await untilPictureOf(view, from)
    assert.equal(new URL(view.page.url()).pathname, '/watch/live/test')

    await view.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await view.page
      .getByTestId('timeline-clock')
      .getByText(/ back$/)
      .waitFor()
    await view.page.getByRole('button', { name: 'Copy link' }).click()
    await view.page.getByRole('button', { name: 'Copied' }).waitFor()
    const link = await view.page.evaluate<string>('navigator.clipboard.readText()')
    await view.page.goto(link)
    await untilPictureOf(view, Date.parse(new URL(link).searchParams.get('from') ?? ''))

    await publisher.close()
    await view.page.getByRole('link', { name: 'Recordings' }).click()
    await row.getByRole('button', { name: 'Delete…' }).click()
    await view.page.getByText(/^Delete .*B of live\/test for good\?/).waitFor()
    await view.page.getByRole('button', { name: 'Delete', exact: true }).click()
    await untilKept(server, ({ segments }) => segments === 0)
    assertClean(view)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test.concurrent('console: what has ended is played over its gap to its end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-ended-'))
  try {
    const flags = ['--packager-segment-duration', '1s', '--hub-resume-timeout', '1s']
    await using server = await ServerProcess.start('--dvr-all', '--dvr-dir', folder, ...flags)
    const starts: number[] = []
    for (const seconds of [4, 9]) {
      await using publisher = publishTime(server.rtmpUrl('live/test'))
      starts.push(Date.now())
      await untilKept(server, kept => keptSpan(kept) >= 1000 * seconds)
      await publisher.close()
      await pollUntil('the end', async () =>
        (await streamFacts(server, 'live/test')) === undefined ? true : undefined,
      )
    }
    await using view = await ConsolePage.open(browser, server, '/watch/live/test')
    await view.untilOverlaySays('This stream is not live yet')
    await new Slider(view).bar.press('Home')
    for (const start of starts) await untilPictureOf(view, start)
    await view.untilOverlaySays('The stream has ended')
    assert.deepEqual(view.complaints, [])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.concurrent('console: hls.js plays on when the server is killed and starts again', async () => {
  await using server = await ServerProcess.start()
  const first = publishTime(server.rtmpUrl('live/test'))
  await server.program.untilPrinted(/RTMP_PUBLISH/)
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  await view.page.getByTestId('player-menu').selectOption('hls')
  await view.page.locator('[data-player="hls"]').waitFor()
  await untilNow(view)
  server.program.kill('SIGKILL')
  await first.ended
  await view.page.getByTestId('server-banner').waitFor()

  const ports = ['--http-listen', `127.0.0.1:${server.httpPort}`, '--rtmp-listen', `127.0.0.1:${server.rtmpPort}`]
  await using again = await ServerProcess.start(...ports)
  const restarted = Date.now()
  await using second = publishTime(again.rtmpUrl('live/test'))
  await pollUntil('a new picture', async () => ((await pictureBehind(view, restarted)) > 0 ? true : undefined))
  await view.page.getByTestId('server-banner').waitFor({ state: 'detached' })
  await second.close()
})
