import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicNs } from '../marks.ts'
import { tsClip } from '../mpegts.ts'
import { streamName } from '../player-crew.ts'
import { measureMachine } from '../process-usage.ts'
import { BenchServer } from '../server.ts'
import type { StartResult } from './api-result.ts'
import type { ApiScenario } from './api-scenarios.ts'

export type StartPlan = {
  readonly scenario: ApiScenario & { readonly kind: 'start' }
  /** Of Sluice. */
  readonly flags: readonly string[]
}

const clipSeconds = 10
/** Between two looks at what is live. */
const lookMs = 100
const longestSeconds = 120

/** One run, from the start of a server that has streams in its configuration to its end. */
export async function measureStart({ scenario, flags }: StartPlan): Promise<StartResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-inputs-'))
  try {
    return await start(scenario, ['--config', writeConfig(folder, scenario), ...flags])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Returns the path of a configuration whose streams all play one file, again and again. */
function writeConfig(folder: string, { streams, kbps }: ApiScenario): string {
  const clip = join(folder, 'clip.ts')
  writeFileSync(clip, tsClip({ kbps, audioKbps: 64, fps: 25, gopSeconds: 2 }, clipSeconds))
  const declared = { inputs: [`file://${clip}?loop=true`] }
  const names = Array.from({ length: streams }, (_, i) => `live/${streamName(i)}`)
  const path = join(folder, 'sluice.yaml')
  writeFileSync(path, JSON.stringify({ streams: Object.fromEntries(names.map(name => [name, declared])) }))
  return path
}

async function start(
  { name, streams, settleSeconds, seconds }: StartPlan['scenario'],
  flags: readonly string[],
): Promise<StartResult> {
  const startNs = monotonicNs()
  const passed = (): number => (monotonicNs() - startNs) / 1e9
  await using server = await BenchServer.start({ kind: 'sluice', flags })
  const listeningSeconds = passed()
  while ((await countLive(server.ports.http)) < streams) {
    if (passed() > longestSeconds) throw new Error(`Cannot start ${streams} streams within ${longestSeconds} s`)
    await sleep(lookMs)
  }
  const onAirSeconds = passed()
  await sleep(settleSeconds * 1000)
  const before = { usage: server.measure(), machine: measureMachine() }
  await sleep(seconds * 1000)
  const after = { usage: server.measure(), machine: measureMachine() }
  const total = after.machine.totalSeconds - before.machine.totalSeconds
  return {
    ...{ scenario: name, streams, listeningSeconds, onAirSeconds },
    cores: (after.usage.cpuSeconds - before.usage.cpuSeconds) / seconds,
    residentMb: after.usage.residentBytes / 1e6,
    busy: (after.machine.busySeconds - before.machine.busySeconds) / total,
  }
}

/** The listener of HTTP may open behind that of RTMP. */
async function countLive(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/streams?state=live&limit=1000`).catch(() => undefined)
  if (response === undefined) return 0
  const { items } = (await response.json()) as { items: readonly unknown[] }
  return items.length
}
