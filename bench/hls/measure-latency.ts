import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { publishTime } from '../../test/support/clock-publisher.ts'
import { documentedScripts } from '../../test/support/documented-scripts.ts'
import {
  PlayerPage,
  type PlayerSettings,
  type PlayerState,
  startPlayerBrowser,
} from '../../test/support/player-page.ts'
import { pollUntil } from '../../test/support/polling.ts'
import { TestFolder } from '../../test/support/test-folder.ts'
import type { Website } from '../../test/support/website.ts'
import { measureMachine } from '../process-usage.ts'
import { BenchServer } from '../server.ts'
import { percentile } from '../statistics.ts'
import type { LatencyResult, SeenLatency, WatchedAs } from './hls-result.ts'
import type { HlsScenario } from './hls-scenarios.ts'

export type LatencyPlan = {
  readonly scenario: HlsScenario & { readonly kind: 'watched' }
  /** Of Sluice. */
  readonly flags: readonly string[]
}

const paths = { withParts: '/live/clock', plain: '/plain/clock' } as const
/** Of one of the streams. */
type Seat = { readonly as: WatchedAs; readonly path: string; readonly settings: PlayerSettings }

/** How hls.js is set; everything else is as it comes. */
async function seats(): Promise<readonly Seat[]> {
  const { nearLive } = await documentedScripts()
  return [
    { as: 'near live', path: paths.withParts, settings: nearLive },
    { as: 'low latency', path: paths.withParts, settings: {} },
    { as: 'plain', path: paths.plain, settings: {} },
    {
      as: 'plain, near live',
      path: paths.plain,
      settings: nearLive.replace('Hls()', 'Hls({ liveSyncDurationCount: 2 })'),
    },
  ]
}
/** A player that needs longer than twice the time for what it plays, and a first picture, does not play. */
const limitMs = (seconds: number): number => 2000 * seconds + 30_000
/** With fewer segments than a plain player wants to stand behind, it would stand elsewhere. */
const fewestSegments = 5

/** One run, from a fresh server to its end: players in one browser are shown clocks. */
export async function measureLatency({ scenario, flags }: LatencyPlan): Promise<LatencyResult> {
  const { settleSeconds, seconds } = scenario
  await using folder = await TestFolder.open('bench')
  const config = join(folder.path, 'sluice.yaml')
  await writeFile(config, JSON.stringify({ paths: { 'plain/**': { hlsLowLatency: false } } }))
  const all = ['--config', config, '--packager-package-always', ...flags]
  await using server = await BenchServer.start({ kind: 'sluice', flags: all })
  await using publishers = new AsyncDisposableStack()
  for (const path of Object.values(paths)) {
    publishers.use(publishTime(`rtmp://127.0.0.1:${server.ports.rtmp}${path}`))
  }
  const site: Website = { httpUrl: name => `http://127.0.0.1:${server.ports.http}${name}` }
  await Promise.all(Object.values(paths).map(path => untilPlayable(site, path)))
  const browser = await startPlayerBrowser()
  try {
    const views = await Promise.all((await seats()).map(seat => watch(browser, site, seat)))
    await Promise.all(views.map(({ page }) => page.untilAdvanced(settleSeconds, limitMs(settleSeconds))))
    await Promise.all(views.map(({ page }) => page.forget()))
    const before = { usage: server.measure(), machine: measureMachine() }
    const seen = await Promise.all(
      views.map(async ({ as, page }) => seenBy(as, await page.untilAdvanced(seconds, limitMs(seconds)))),
    )
    const after = { usage: server.measure(), machine: measureMachine() }
    const failures = seen.flatMap(view => view.errors)
    await publishers.disposeAsync()
    const total = after.machine.totalSeconds - before.machine.totalSeconds
    return {
      ...{ scenario: scenario.name, server: 'sluice', seconds, seen },
      cores: (after.usage.cpuSeconds - before.usage.cpuSeconds) / seconds,
      residentMb: after.usage.residentBytes / 1e6,
      busy: (after.machine.busySeconds - before.machine.busySeconds) / total,
      ...{ failures: failures.length, firstFailure: failures[0] },
    }
  } finally {
    await browser.close()
  }
}

async function untilPlayable(site: Website, path: string): Promise<void> {
  await pollUntil(`${fewestSegments} segments of ${path}`, async () => {
    // The server listens for publishers before it does for players.
    const answer = await fetch(site.httpUrl(`${path}/video.m3u8`)).catch(() => undefined)
    const list = (await answer?.text()) ?? ''
    return (list.match(/#EXTINF/g)?.length ?? 0) >= fewestSegments ? true : undefined
  })
}

type View = { readonly as: WatchedAs; readonly page: PlayerPage }

async function watch(browser: Browser, site: Website, { as, path, settings }: Seat): Promise<View> {
  const page = await PlayerPage.open(browser, site)
  await page.play('hls.js', site.httpUrl(`${path}/index.m3u8`), settings)
  return { as, page }
}

function seenBy(as: WatchedAs, { ages, stalls, errors, droppedVideoFrames }: PlayerState): SeenLatency {
  const sorted = ages.toSorted((a, b) => a - b)
  const [p5 = Number.NaN, p50 = Number.NaN, p95 = Number.NaN, max = Number.NaN] = [0.05, 0.5, 0.95, 1].map(share =>
    percentile(sorted, share),
  )
  return { as, pictures: ages.length, age: { p5, p50, p95, max }, stalls, dropped: droppedVideoFrames, errors }
}
