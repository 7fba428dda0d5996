import type { Browser } from 'playwright-core'
import { publishTime } from '../../test/support/clock-publisher.ts'
import { PlayerPage, type PlayerState, startPlayerBrowser } from '../../test/support/player-page.ts'
import { pollUntil } from '../../test/support/polling.ts'
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

const path = '/live/clock'
/** How hls.js is set; everything else is as it comes. */
const settings: Readonly<Record<WatchedAs, Readonly<Record<string, unknown>>>> = {
  'low latency': {},
  plain: { lowLatencyMode: false },
  'plain, two segments': { lowLatencyMode: false, liveSyncDurationCount: 2 },
}
const watchedAs: readonly WatchedAs[] = ['low latency', 'plain', 'plain, two segments']
/** A player that needs longer than twice the time for what it plays, and a first picture, does not play. */
const limitMs = (seconds: number): number => 2000 * seconds + 30_000
/** With fewer segments than a plain player wants to stand behind, it would stand elsewhere. */
const fewestSegments = 5

/** One run, from a fresh server to its end: players in one browser are shown a clock. */
export async function measureLatency({ scenario, flags }: LatencyPlan): Promise<LatencyResult> {
  const { settleSeconds, seconds } = scenario
  await using server = await BenchServer.start({ kind: 'sluice', flags: ['--packager-package-always', ...flags] })
  await using publisher = publishTime(`rtmp://127.0.0.1:${server.ports.rtmp}${path}`)
  const site: Website = { httpUrl: name => `http://127.0.0.1:${server.ports.http}${name}` }
  await untilPlayable(site)
  const browser = await startPlayerBrowser()
  try {
    const views = await Promise.all(watchedAs.map(as => watch(browser, site, as)))
    await Promise.all(views.map(({ page }) => page.untilAdvanced(settleSeconds, limitMs(settleSeconds))))
    await Promise.all(views.map(({ page }) => page.forget()))
    const before = { usage: server.measure(), machine: measureMachine() }
    const seen = await Promise.all(
      views.map(async ({ as, page }) => seenBy(as, await page.untilAdvanced(seconds, limitMs(seconds)))),
    )
    const after = { usage: server.measure(), machine: measureMachine() }
    const failures = seen.flatMap(view => view.errors)
    await publisher.close()
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

async function untilPlayable(site: Website): Promise<void> {
  await pollUntil(`${fewestSegments} segments`, async () => {
    // The server listens for publishers before it does for players.
    const answer = await fetch(site.httpUrl(`${path}/video.m3u8`)).catch(() => undefined)
    const list = (await answer?.text()) ?? ''
    return (list.match(/#EXTINF/g)?.length ?? 0) >= fewestSegments ? true : undefined
  })
}

type View = { readonly as: WatchedAs; readonly page: PlayerPage }

async function watch(browser: Browser, site: Website, as: WatchedAs): Promise<View> {
  const page = await PlayerPage.open(browser, site)
  await page.play('hls.js', site.httpUrl(`${path}/index.m3u8`), settings[as])
  return { as, page }
}

function seenBy(as: WatchedAs, { ages, stalls, errors, droppedVideoFrames }: PlayerState): SeenLatency {
  const sorted = ages.toSorted((a, b) => a - b)
  const [p5 = Number.NaN, p50 = Number.NaN, p95 = Number.NaN, max = Number.NaN] = [0.05, 0.5, 0.95, 1].map(share =>
    percentile(sorted, share),
  )
  return { as, pictures: ages.length, age: { p5, p50, p95, max }, stalls, dropped: droppedVideoFrames, errors }
}
