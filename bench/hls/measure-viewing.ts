import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { LoadControl } from '../load-control.ts'
import { streamName } from '../player-crew.ts'
import { measureMachine, type TreeUsage } from '../process-usage.ts'
import { BenchServer } from '../server.ts'
import type { CrowdPlan, CrowdReport } from './crowd.ts'
import type { CrowdRequest } from './crowd-process.ts'
import { FileServer } from './file-server.ts'
import type { HlsServer, ViewingResult } from './hls-result.ts'
import type { HlsScenario } from './hls-scenarios.ts'
import { publishStreams } from './publish-streams.ts'

export type ViewingPlan = {
  readonly scenario: HlsScenario & { readonly kind: 'plain' | 'waiting' }
  readonly server: HlsServer
  /** Of Sluice. */
  readonly flags: readonly string[]
  /** Of nginx: `on` or `off`. */
  readonly sendfile: string
}

const crowdProgram = fileURLToPath(new URL('./crowd-process.ts', import.meta.url))
/** So that the server's compiler keeps up. */
const joinsPerSecond = 200

/** One run, from a fresh server to its end. */
export async function measureViewing(plan: ViewingPlan): Promise<ViewingResult> {
  const { scenario, server, flags, sendfile } = plan
  await using origin = await BenchServer.start({ kind: 'sluice', flags })
  await using publisher = new LoadControl()
  const startNs = await publishStreams(publisher, origin.ports.rtmp, scenario)
  const path = `/live/${streamName(0)}/${scenario.kind === 'plain' ? 'ts' : 'video'}.m3u8`
  const source = `http://127.0.0.1:${origin.ports.http}${path}`
  await fetch(source)
  if (server === 'sluice') return await watch(plan, origin, { port: origin.ports.http, path, startNs })
  await using files = await FileServer.start(source, sendfile)
  return await watch(plan, files, { port: files.port, path: '/list.m3u8', startNs })
}

async function watch(
  { scenario, server }: ViewingPlan,
  watched: { measure(): TreeUsage },
  target: Pick<CrowdPlan, 'port' | 'path' | 'startNs'>,
): Promise<ViewingResult> {
  const { kind, viewers, settleSeconds, seconds } = scenario
  const crowd = fork(crowdProgram, { execArgv: ['--disable-warning=ExperimentalWarning'] })
  const ask = async <Answer>(request: CrowdRequest): Promise<Answer> => {
    crowd.send(request)
    const [answer] = await once(crowd, 'message')
    return answer as Answer
  }
  await ask({ type: 'join', plan: { kind, viewers, joinSeconds: viewers / joinsPerSecond, ...target } })
  await sleep(settleSeconds * 1000)
  await ask({ type: 'openWindow' })
  const before = { usage: watched.measure(), machine: measureMachine() }
  await sleep(seconds * 1000)
  const after = { usage: watched.measure(), machine: measureMachine() }
  const report = await ask<CrowdReport>({ type: 'closeWindow' })
  crowd.disconnect()
  const cpu = after.usage.cpuSeconds - before.usage.cpuSeconds
  const total = after.machine.totalSeconds - before.machine.totalSeconds
  return {
    ...report,
    scenario: scenario.name,
    server,
    viewers,
    mbps: (report.bytes * 8) / seconds / 1e6,
    cpuPerGb: cpu / (report.bytes / 1e9),
    cpuPerAnswer: (cpu / report.answers) * 1e6,
    cores: cpu / seconds,
    residentMb: after.usage.residentBytes / 1e6,
    busy: (after.machine.busySeconds - before.machine.busySeconds) / total,
  }
}
