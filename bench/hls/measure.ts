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

export type HlsPlan = {
  readonly scenario: 'hls-2000' | 'll-hls-1000'
  readonly server: 'sluice' | 'nginx'
  readonly flags: readonly string[]
  /** Of nginx: `on` or `off`. */
  readonly sendfile: string
  readonly viewers: number
  readonly kbps: number
  readonly gopSeconds: number
  readonly settleSeconds: number
  readonly seconds: number
}

export type HlsResult = CrowdReport & {
  readonly scenario: string
  readonly server: string
  readonly viewers: number
  readonly mbps: number
  /** User and system seconds of the server per 1e9 bytes. */
  readonly cpuPerGb: number
  /** Share of one core. */
  readonly cores: number
  readonly residentMb: number
  /** Share of the machine that was in use, by whomever. */
  readonly busy: number
}

const crowdProgram = fileURLToPath(new URL('./crowd-process.ts', import.meta.url))
const publishTimeoutMs = 10_000

/** One run, from a fresh server to its end. */
export async function measureHls(plan: HlsPlan): Promise<HlsResult> {
  await using origin = await BenchServer.start({ kind: 'sluice', flags: plan.flags })
  await using publisher = new LoadControl()
  const shape = { kbps: plan.kbps, audioKbps: 128, fps: 25, gopSeconds: plan.gopSeconds }
  const to = { protocol: 'rtmp', host: '127.0.0.1', app: 'live', ports: [origin.ports.rtmp] } as const
  const crew = { target: to, streams: 1, shape }
  await publisher.ask({ type: 'publish', plan: crew, timeoutMs: publishTimeoutMs })
  const list = plan.scenario === 'hls-2000' ? 'ts.m3u8' : 'video.m3u8'
  const path = `/live/${streamName(0)}/${list}`
  const source = `http://127.0.0.1:${origin.ports.http}${path}`
  await fetch(source)
  if (plan.server === 'sluice') return await watch(plan, origin, { port: origin.ports.http, path })
  const files = await FileServer.start(source, plan.sendfile)
  try {
    return await watch(plan, files, { port: files.port, path: '/list.m3u8' })
  } finally {
    await files.close()
  }
}

async function watch(
  plan: HlsPlan,
  server: { measure(): TreeUsage },
  target: Pick<CrowdPlan, 'port' | 'path'>,
): Promise<HlsResult> {
  const crowd = fork(crowdProgram, { execArgv: ['--disable-warning=ExperimentalWarning'] })
  const ask = async <Answer>(request: CrowdRequest): Promise<Answer> => {
    crowd.send(request)
    const [answer] = await once(crowd, 'message')
    return answer as Answer
  }
  const kind = plan.scenario === 'hls-2000' ? 'plain' : 'waiting'
  const joinSeconds = kind === 'plain' ? 2 * Math.ceil(plan.viewers / 400) : plan.viewers / 400
  await ask({ type: 'join', plan: { kind, viewers: plan.viewers, joinSeconds, ...target } })
  await sleep(plan.settleSeconds * 1000)
  await ask({ type: 'openWindow' })
  const before = { usage: server.measure(), machine: measureMachine() }
  await sleep(plan.seconds * 1000)
  const after = { usage: server.measure(), machine: measureMachine() }
  const report = await ask<CrowdReport>({ type: 'closeWindow' })
  crowd.disconnect()
  const cpu = after.usage.cpuSeconds - before.usage.cpuSeconds
  const total = after.machine.totalSeconds - before.machine.totalSeconds
  return {
    ...report,
    scenario: plan.scenario,
    server: plan.server,
    viewers: plan.viewers,
    mbps: (report.bytes * 8) / plan.seconds / 1e6,
    cpuPerGb: cpu / (report.bytes / 1e9),
    cores: cpu / plan.seconds,
    residentMb: after.usage.residentBytes / 1e6,
    busy: (after.machine.busySeconds - before.machine.busySeconds) / total,
  }
}
