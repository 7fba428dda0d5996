import { setTimeout as sleep } from 'node:timers/promises'
import { LoadControl } from '../load-control.ts'
import { streamName } from '../player-crew.ts'
import { measureMachine } from '../process-usage.ts'
import { BenchServer } from '../server.ts'
import type { MediaShape } from '../synthetic-media.ts'
import { readInTurns } from './api-reader.ts'
import type { ReadsResult } from './api-result.ts'
import type { ApiScenario } from './api-scenarios.ts'

export type ReadsPlan = {
  readonly scenario: ApiScenario & { readonly kind: 'reads' }
  /** Of Sluice. */
  readonly flags: readonly string[]
}

const host = '127.0.0.1'
const app = 'live'
const publishTimeoutMs = 20_000
const joinTimeoutMs = 30_000
const joinsPerSecond = 400
/** The first reads find code that has never run: of each path one takes 10 to 70 ms. */
const warmUpSeconds = 5
/** The streams of nobody but the first: few pictures, so that it is not the load that is measured. */
const sound = { audioKbps: 64, fps: 25, gopSeconds: 2 }

/** One run, from a fresh server to its end: everybody plays the first stream, the others are on its lists. */
export async function measureReads({ scenario, flags }: ReadsPlan): Promise<ReadsResult> {
  const { name, players, streams, kbps, settleSeconds, seconds } = scenario
  await using server = await BenchServer.start({ kind: 'sluice', flags })
  await using publisher = new LoadControl()
  await using crowd = new LoadControl()
  await publish(publisher, server.ports.rtmp, streams, { kbps, ...sound })
  const target = { protocol: 'http-flv', host, app } as const
  const plan = { players, streams: 1, joinsPerSecond, target, ports: [server.ports.http], isSampled: false }
  await crowd.ask({ type: 'join', crew: 'crowd', plan: { ...plan, slowness: undefined }, timeoutMs: joinTimeoutMs })
  await sleep(settleSeconds * 1000)
  await readInTurns(server.ports.http, readPaths, warmUpSeconds)
  await crowd.ask({ type: 'openWindow' })
  const before = { usage: server.measure(), machine: measureMachine() }
  const report = await readInTurns(server.ports.http, readPaths, seconds)
  const after = { usage: server.measure(), machine: measureMachine() }
  const { crews } = await crowd.ask({ type: 'closeWindow' })
  const played = crews['crowd']
  const total = after.machine.totalSeconds - before.machine.totalSeconds
  return {
    scenario: name,
    players: (played?.players ?? 0) - (played?.failures ?? 0),
    streams,
    reads: report.reads,
    all: report.all,
    failures: report.failures.length + (played?.failures ?? 0),
    firstFailure: report.failures[0] ?? played?.firstFailure,
    cores: (after.usage.cpuSeconds - before.usage.cpuSeconds) / seconds,
    residentMb: after.usage.residentBytes / 1e6,
    busy: (after.machine.busySeconds - before.machine.busySeconds) / total,
  }
}

/** A page of each list, the longest that there is, and the stream that everybody plays. */
const readPaths: readonly string[] = [
  '/api/v1/streams',
  `/api/v1/streams/${app}/${streamName(0)}/status`,
  '/api/v1/sessions',
  '/api/v1/sessions?limit=1000',
]

async function publish(publisher: LoadControl, port: number, streams: number, shape: MediaShape): Promise<void> {
  const plan = { target: { protocol: 'rtmp', host, app, ports: [port] } as const, streams, shape }
  const { published } = await publisher.ask({ type: 'publish', plan, timeoutMs: publishTimeoutMs })
  if (published < streams) throw new Error(`Cannot publish: the server took ${published} of ${streams} streams`)
}
