import { setTimeout as sleep } from 'node:timers/promises'
import type { ChurnReport } from './churn.ts'
import { LibsrtServer } from './libsrt-server.ts'
import { LoadControl } from './load-control.ts'
import type { LoadReport } from './load-messages.ts'
import type { PlayProtocol } from './playback.ts'
import { type CrewPlan, streamName } from './player-crew.ts'
import { measureMachine, type TreeUsage } from './process-usage.ts'
import { type PublishTarget, portOf } from './publish-link.ts'
import type { RunResult } from './result.ts'
import { type Scenario, SLOW_PAUSE_SECONDS } from './scenarios.ts'
import { BenchServer, type ServerKind, type ServerUnderTest } from './server.ts'
import type { SrtCounts } from './srt-counts.ts'
import { summarize } from './summary.ts'

/** One scenario, against one server, over one protocol. */
export type RunPlan = {
  readonly scenario: Scenario
  readonly protocol: PlayProtocol
  readonly server: ServerKind
  readonly seconds: number
}

/** What the reporter measured at one moment. */
export type Moment = { readonly atSeconds: number; readonly server: TreeUsage; readonly machineBusySeconds: number }

/** Everything that one run gathered. */
export type RunRecord = {
  readonly plan: RunPlan
  /** Published, but nobody watches yet. */
  readonly base: Moment
  readonly start: Moment
  readonly end: Moment
  readonly loads: Readonly<Record<'probe' | 'crowd', LoadReport>>
  readonly churn: { readonly report: ChurnReport; readonly after: Moment } | undefined
  /** Since the server's start. */
  readonly srt: SrtCounts | undefined
}

const APP = 'live'
const HOST = '127.0.0.1'
const JOIN_TIMEOUT_MS = 30_000
const PUBLISH_TIMEOUT_MS = 10_000
const LINGER_MS = 5_000
/** From the publish to the base measurement: one GOP and more, so that what the server keeps of a stream is there. */
const WARM_UP_MS = 2_500
/** After churn, before memory is looked at: collectors and close timers get their turn. */
const COOL_DOWN_MS = 3_000
/** Part of the churn that comes before the base measurement, so that a heap that only grows to its size is no leak. */
const CHURN_WARM_UP = 0.5

/**
 * Run a scenario from a fresh server to its end.
 *
 * The probe process publishes and checks frames; the crowd process holds all the other players, so that what it costs
 * to read for a thousand of them does not blur the latency.
 */
export async function run(plan: RunPlan): Promise<RunResult> {
  await using server = await startServer(plan)
  await using probe = new LoadControl()
  await using crowd = new LoadControl()
  return summarize(await record({ plan, server, probe, crowd }))
}

function startServer({ server, scenario }: RunPlan): Promise<ServerUnderTest> {
  return server.kind === 'srt-live-transmit' ? LibsrtServer.start(scenario) : BenchServer.start(server)
}

type Cast = {
  readonly plan: RunPlan
  readonly server: ServerUnderTest
  readonly probe: LoadControl
  readonly crowd: LoadControl
}

async function record(cast: Cast): Promise<RunRecord> {
  const { plan, server, probe, crowd } = cast
  await publish(cast)
  await sleep(WARM_UP_MS)
  if (plan.scenario.course.type === 'churn') {
    await joinSampled(cast)
    await churn(cast, CHURN_WARM_UP)
    await sleep(COOL_DOWN_MS)
  }
  const base = moment(server)
  if (plan.scenario.course.type !== 'churn') await joinSampled(cast)
  if (plan.scenario.course.type === 'steady') await joinCrowd(cast)
  await sleep(plan.scenario.settleSeconds * 1000)

  await Promise.all([probe.ask({ type: 'openWindow' }), crowd.ask({ type: 'openWindow' })])
  const start = moment(server)
  const report = await act(cast)
  const end = moment(server)
  const loads = { crowd: await crowd.ask({ type: 'closeWindow' }), probe: await probe.ask({ type: 'closeWindow' }) }
  const srt = await server.srtCounts()
  if (report === undefined) return { plan, base, start, end, loads, churn: undefined, srt }
  await sleep(COOL_DOWN_MS)
  return { plan, base, start, end, loads, churn: { report, after: moment(server) }, srt }
}

/** What happens while the window is open. */
async function act(cast: Cast): Promise<ChurnReport | undefined> {
  const { scenario, seconds } = cast.plan
  switch (scenario.course.type) {
    case 'steady':
      await sleep(seconds * 1000)
      return undefined
    case 'storm':
      await joinCrowd(cast)
      await sleep(seconds * 1000)
      return undefined
    case 'churn':
      return churn(cast, 1)
  }
}

async function publish({ plan, server, probe }: Cast): Promise<void> {
  const { streams, shape, publishing } = plan.scenario
  const crew = { target: publishTarget(publishing, server), streams, shape }
  const { published } = await probe.ask({ type: 'publish', plan: crew, timeoutMs: PUBLISH_TIMEOUT_MS })
  if (published < streams) throw new Error(`Cannot publish: the server has accepted ${published} of ${streams} streams`)
}

function publishTarget(publishing: Scenario['publishing'], { ports }: ServerUnderTest): PublishTarget {
  const target = { host: HOST, app: APP }
  if (ports.feed.length > 0) return { ...target, protocol: 'udp', ports: ports.feed }
  return { ...target, protocol: publishing, ports: publishing === 'srt' ? ports.srt : [ports.rtmp] }
}

async function joinSampled({ plan, server, probe }: Cast): Promise<void> {
  const { sampled } = plan.scenario
  if (sampled === 0) return
  const crew = { ...crewPlan(plan, server), players: sampled, isSampled: true }
  const { joined } = await probe.ask({ type: 'join', crew: 'sampled', plan: crew, timeoutMs: JOIN_TIMEOUT_MS })
  if (joined === 0) throw new Error('Cannot play: none of the sampled players has got a key frame')
}

async function joinCrowd({ plan, server, crowd }: Cast): Promise<void> {
  const { scenario } = plan
  const crew = crewPlan(plan, server)
  const players = scenario.players - scenario.sampled - scenario.slow
  const slowness = { bytesPerSecond: (scenario.shape.kbps * 1000) / 8 / 2, pauseSeconds: SLOW_PAUSE_SECONDS }
  const slow = { ...crew, players: scenario.slow, isSampled: true, slowness }
  if (players > 0)
    await crowd.ask({ type: 'join', crew: 'counted', plan: { ...crew, players }, timeoutMs: JOIN_TIMEOUT_MS })
  if (scenario.slow > 0) await crowd.ask({ type: 'join', crew: 'slow', plan: slow, timeoutMs: JOIN_TIMEOUT_MS })
}

function crewPlan({ scenario, protocol }: RunPlan, server: ServerUnderTest): CrewPlan {
  const { streams, joinsPerSecond } = scenario
  const target = { protocol, host: HOST, app: APP }
  const ports = playPorts(protocol, server)
  return { players: 0, streams, joinsPerSecond, target, ports, isSampled: false, slowness: undefined }
}

async function churn({ plan, server, crowd }: Cast, share: number): Promise<ChurnReport> {
  const { course, joinsPerSecond } = plan.scenario
  if (course.type !== 'churn') throw new Error(`Cannot churn in scenario ${plan.scenario.name}`)
  const port = portOf(playPorts(plan.protocol, server), 0)
  const target = { protocol: plan.protocol, host: HOST, port, app: APP, name: streamName(0) }
  const joins = Math.ceil(course.joins * share)
  const churnPlan = { joins, joinsPerSecond, atOnce: course.atOnce, target }
  return crowd.ask({ type: 'churn', plan: churnPlan, lingerMs: LINGER_MS })
}

function playPorts(protocol: PlayProtocol, { ports }: ServerUnderTest): readonly number[] {
  if (protocol === 'srt') return ports.srt
  return [protocol === 'http-flv' ? ports.http : ports[protocol]]
}

function moment(server: ServerUnderTest): Moment {
  if (!server.isRunning) throw new Error('Cannot measure server: it has ended during the run')
  return {
    atSeconds: performance.now() / 1000,
    server: server.measure(),
    machineBusySeconds: measureMachine().busySeconds,
  }
}
