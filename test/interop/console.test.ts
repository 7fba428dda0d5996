import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { clip, ffmpegFor } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { ConsolePage, startBrowser } from '../support/console-page.ts'
import { publishOverAndOver } from '../support/ffmpeg-peers.ts'
import { streamFacts, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

/** The white bar crosses the picture once in so many seconds, at constant speed: it is a clock. */
const barPeriod = 40

/** FFmpeg publishes a clock, black and white, and a tone, until it is closed. */
function publishClock(server: ServerProcess): Program {
  const night = 'color=black:size=320x180:rate=25[night]'
  const bar = 'color=white:size=16x180:rate=25[bar]'
  const picture = `${night};${bar};[night][bar]overlay=x='mod(t*320/${barPeriod},320)'`
  const source = ['-re', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=sample_rate=44100']
  const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p']
  const output = ['-c:a', 'aac', '-ac', '2', '-f', 'flv', server.rtmpUrl('live/test')]
  return startPeer('ffmpeg', ['-v', 'error', ...source, ...encoder, ...output])
}

/** What the console asks for and does not find while nobody publishes the stream. */
const absent = ['/api/v1/streams/live/test/status', '/live/test.flv']

/** The page did nothing that it should not do, and found all but `mayMiss`. */
function assertClean({ missing, complaints }: ConsolePage, mayMiss: readonly string[]): void {
  const unexpected = [...missing].filter(path => !mayMiss.includes(path))
  assert.deepEqual({ unexpected, complaints }, { unexpected: [], complaints: [] })
}

test('console: the picture moves, is decoded, and is less than three seconds old', async () => {
  await using server = await ServerProcess.start()
  await using ffmpeg = publishClock(server)
  await server.program.untilPrinted(/RTMP_PUBLISH/)
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  await view.untilPhase('playing')
  const before = await view.playback()
  await view.untilAdvanced(3)
  const after = await view.playback()

  assert.ok(after.decodedFrames - before.decodedFrames > 50, `${before.decodedFrames} to ${after.decodedFrames}`)
  assert.ok(pictureClock(after.barPosition) - pictureClock(before.barPosition) > 2)
  assert.ok((await view.shownLatency()) < 3)
  const start = Date.parse((await streamFacts(server, 'live/test'))?.startedAt ?? '')
  const shown = pictureClock((await view.playback()).barPosition)
  const age = (Date.now() - start) / 1000 - shown
  assert.ok(age < 3, `${age} s`)
  await ffmpeg.close()
  assertClean(view, [])
})

/** Seconds since the publisher began, as the picture tells them. */
function pictureClock(barPosition: number | undefined): number {
  assert.ok(barPosition !== undefined, 'the picture has no bar')
  return barPosition * barPeriod
}

test.concurrent('console: what the guide says of SRT is what FFmpeg publishes with', async () => {
  await using server = await ServerProcess.start()
  await using view = await ConsolePage.open(browser, server, '/')
  await view.page.getByRole('tab', { name: 'SRT' }).click()
  const guide = await view.page.getByRole('region', { name: 'How to publish' }).innerText()
  const [, url = ''] = /-f mpegts '(srt:[^']+)'/.exec(guide) ?? assert.fail(guide)
  const input = ['-v', 'error', '-re', '-i', await clip('clip.flv'), '-c', 'copy', '-f', 'mpegts']
  await using ffmpeg = startPeer('ffmpeg', [...input, url])
  await view.row('live/test').filter({ hasText: /SRT/ }).waitFor()
  assert.equal(ffmpeg.output, '')
  assertClean(view, absent)
})

test.concurrent('console: a stream appears in the list with its facts, and leads to its page', async () => {
  await using server = await ServerProcess.start()
  await using view = await ConsolePage.open(browser, server, '/')
  await view.page.getByText('Nothing is live yet').waitFor()

  await using ffmpeg = publishClock(server)
  const row = view.row('live/test')
  await row.filter({ hasText: /H\.264\s*320\s×\s180 · 2[3-6]\sfps/ }).waitFor()
  const text = await row.innerText()
  for (const fact of [/Live/, /RTMP · 127\.0\.0\.1:\d+ · FFmpeg \(Lavf\s[\d.]+\)/, /AAC\s*44\.1\skHz stereo/]) {
    assert.match(text, fact)
  }
  await row.filter({ hasText: /Bitrate\s*[1-9][\d.]*\skbit\/s/ }).waitFor()

  await view.page.getByRole('link', { name: 'live/test' }).click()
  await view.untilPhase('playing')
  assert.equal(new URL(view.page.url()).pathname, '/watch/live/test')
  await ffmpeg.close()
  assertClean(view, [])
})

test.concurrent('console: a viewer who waits for a publisher sees him come, leave and come back', async () => {
  await using server = await ServerProcess.start()
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  await view.untilOverlaySays('This stream is not live yet')

  for (let visit = 0; visit < 2; visit++) {
    await using ffmpeg = publishClock(server)
    await view.untilPhase('playing')
    await view.untilAdvanced(1)
    await ffmpeg.close()
    await view.untilOverlaySays('Waiting for the publisher')
  }
  assertClean(view, absent)
})

test.concurrent('console: a viewer of a stream that has ended sees the next one', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  for (let visit = 0; visit < 2; visit++) {
    await using ffmpeg = publishClock(server)
    await view.untilPhase('playing')
    await view.untilAdvanced(1)
    await ffmpeg.close()
    await view.untilOverlaySays('The stream has ended')
  }
  assertClean(view, absent)
})

test.concurrent('console: a viewer of a codec that he cannot hear is told which one it is', async () => {
  await using server = await ServerProcess.start()
  const name = 'h264-eac3.flv'
  await using publisher = publishOverAndOver(server.rtmpUrl('live/test'), await clip(name), ffmpegFor(name))
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  await view.untilOverlaySays('This browser cannot play E-AC-3 audio.')
  await publisher.close()
  assertClean(view, [])
})

test.concurrent('console: what FLV players do not know comes over HLS', async () => {
  await using server = await ServerProcess.start()
  await using publisher = publishOverAndOver(server.rtmpUrl('live/test'), await clip('vp9.flv'))
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  // Until the page has heard of the tracks it tries FLV.
  await view.page.locator('[data-testid="player-menu"][data-player="hls"]').waitFor()
  await view.untilPhase('playing')
  await view.untilAdvanced(1)
  await publisher.close()
})

test.concurrent('console: a viewer chooses HLS, DASH, and comes back', async () => {
  await using server = await ServerProcess.start()
  await using publisher = publishClock(server)
  await server.program.untilPrinted(/RTMP_PUBLISH/)
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  const menu = view.page.getByTestId('player-menu')
  for (const player of ['hls', 'dash', 'flv']) {
    await menu.selectOption(player)
    await view.page.locator(`[data-player="${player}"]`).waitFor()
    await view.untilPhase('playing')
    await view.untilAdvanced(1)
  }
  await publisher.close()
})

test.concurrent('console: the page of a stream shows how its SRT connections are, and whether it is damaged', async () => {
  await using server = await ServerProcess.start()
  const input = ['-v', 'error', '-re', '-stream_loop', '-1', '-i', await clip('clip.flv'), '-c', 'copy', '-f', 'mpegts']
  // A second, so that nothing comes too late on a busy machine.
  await using publisher = startPeer('ffmpeg', [...input, server.srtUrl('publish:live/test', '&latency=1000000')])
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  await using player = startPeer('ffmpeg', ['-v', 'quiet', '-i', server.srtUrl('read:live/test'), '-f', 'null', '-'])
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  const row = (name: string): Locator => view.page.getByRole('region', { name: 'SRT' }).getByRole('row', { name })
  for (const name of ['Publisher', 'Reader']) {
    await row(name)
      .filter({ hasText: /127\.0\.0\.1:\d+\s*[\d.]+\sms\s*\d+\sms\s*\d+ \d+\.\d\s%/ })
      .waitFor()
  }
  await view.page.getByTestId('faults').filter({ hasText: '0 · 0' }).waitFor()
  await player.close()
  await publisher.close()
})

test.concurrent('console: a recording is started and stopped on the page of its stream', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-console-'))
  try {
    await using server = await ServerProcess.start('--record-dir', folder)
    await using ffmpeg = publishClock(server)
    await server.program.untilPrinted(/RTMP_PUBLISH/)
    await using view = await ConsolePage.open(browser, server, '/watch/live/test')
    await view.page.getByRole('button', { name: 'Record' }).click()
    await view.page.locator('[data-state="recording"]').waitFor()
    await server.program.untilPrinted(/RECORD_STARTED/)
    await view.page.getByRole('button', { name: 'Stop recording' }).click()
    await view.page.getByRole('button', { name: 'Record', exact: true }).waitFor()
    await server.program.untilPrinted(/RECORD_STOPPED/)
    assert.equal((await readdir(folder)).length, 1)
    await ffmpeg.close()
    assertClean(view, [])
  } finally {
    await rm(folder, { recursive: true })
  }
})
