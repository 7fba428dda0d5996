import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LoadControl } from '../load-control.ts'
import { streamName } from '../player-crew.ts'
import { measureMachine } from '../process-usage.ts'
import { BenchServer } from '../server.ts'
import type { KeepingResult } from './hls-result.ts'
import type { HlsScenario } from './hls-scenarios.ts'
import { KeepAliveClient } from './keep-alive-client.ts'
import { publishStreams } from './publish-streams.ts'
import { type Sample, trendOf } from './trend.ts'

export type KeepingPlan = {
  readonly scenario: HlsScenario & { readonly kind: 'kept' }
  /** Of Sluice. */
  readonly flags: readonly string[]
}

/** Short, so that what is too old is removed all the time, and the disk that is needed has a bound. */
const maxAge = '60s'
/** Each stream is asked for its lists once in so many seconds, as if somebody watched. */
const askSeconds = 4
const sampleSeconds = 5
/** What is not kept by then counts as a failure. */
const firstSegmentMs = 20_000
const firstAskMs = 100

/** One run, from a fresh server to its end: streams that are packaged and kept whether somebody watches or not. */
export async function measureKeeping({ scenario, flags }: KeepingPlan): Promise<KeepingResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-dvr-'))
  try {
    return await keep(scenario, folder, flags)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function keep(
  scenario: KeepingPlan['scenario'],
  folder: string,
  flags: readonly string[],
): Promise<KeepingResult> {
  const keeping = ['--dvr-all', '--dvr-dir', folder, '--dvr-max-age', maxAge, '--packager-package-always']
  await using server = await BenchServer.start({ kind: 'sluice', flags: [...keeping, ...flags] })
  await using publisher = new LoadControl()
  const empty = server.measure()
  await publishStreams(publisher, server.ports.rtmp, scenario)
  await using viewer = new Passerby(server.ports.http, scenario.streams)
  await publisher.ask({ type: 'openWindow' })
  await sleep(scenario.settleSeconds * 1000)
  const before = { usage: server.measure(), machine: measureMachine() }
  const samples = await sampleMemory(server, scenario.seconds)
  const after = { usage: server.measure(), machine: measureMachine() }
  const report = await publisher.ask({ type: 'closeWindow' })
  const cores = (after.usage.cpuSeconds - before.usage.cpuSeconds) / scenario.seconds
  const total = after.machine.totalSeconds - before.machine.totalSeconds
  const { name, streams, kbps, seconds } = scenario
  const failures = [...viewer.failures, report.publishers?.firstFailure].filter(failure => failure !== undefined)
  return {
    scenario: name,
    server: 'sluice',
    streams,
    kbps,
    seconds,
    cores,
    cpuPercentPerStream: (cores / streams) * 100,
    residentMb: after.usage.residentBytes / 1e6,
    residentMbPerStream: (after.usage.residentBytes - empty.residentBytes) / 1e6 / streams,
    growth: trendOf(samples),
    diskMb: sizeOf(folder) / 1e6,
    failures: failures.length,
    firstFailure: failures[0],
    busy: (after.machine.busySeconds - before.machine.busySeconds) / total,
  }
}

/** Resident memory in MB, by the minute. */
async function sampleMemory(server: BenchServer, seconds: number): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let at = 0; at < seconds; at += sampleSeconds) {
    await sleep(Math.min(sampleSeconds, seconds - at) * 1000)
    samples.push({ at: at / 60, value: server.measure().residentBytes / 1e6 })
  }
  return samples
}

/** Somebody who looks at the lists of one stream after the other, over HLS and DASH, and at what is kept. */
class Passerby implements AsyncDisposable {
  readonly failures: string[] = []
  readonly #client: KeepAliveClient
  readonly #walk: Promise<void>
  #isOpen = true

  constructor(port: number, streams: number) {
    this.#client = new KeepAliveClient(port)
    this.#walk = this.#go(streams)
  }

  async #go(streams: number): Promise<void> {
    for (let first = 0; first < streams; first++) await this.#untilKept(`/live/${streamName(first)}/dvr.m3u8`)
    let stream = 0
    while (this.#isOpen) {
      for (const list of ['video.m3u8', 'index.mpd', 'dvr.m3u8'])
        await this.#look(`/live/${streamName(stream)}/${list}`)
      await sleep((askSeconds * 1000) / streams)
      stream = (stream + 1) % streams
    }
  }

  /** The first segment is on the disk a moment after players have it. */
  async #untilKept(path: string): Promise<void> {
    const deadline = performance.now() + firstSegmentMs
    const isKept = async (): Promise<boolean> =>
      (await this.#client.get({ path, viewer: 'passerby', keeps: 0 })).status === 200
    while (this.#isOpen && performance.now() < deadline && !(await isKept())) await sleep(firstAskMs)
  }

  async #look(path: string): Promise<void> {
    const { status } = await this.#client.get({ path, viewer: 'passerby', keeps: 0 })
    if (status !== 200) this.failures.push(`Cannot get ${path}: status is ${status}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOpen = false
    await this.#walk
    this.#client.close()
  }
}

/** Bytes of all files in a folder; what is removed meanwhile counts for nothing. */
function sizeOf(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}
