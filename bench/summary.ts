import { availableParallelism } from 'node:os'
import { addCounts, emptyCounts, type FrameCounts } from './frame-checker.ts'
import type { LoadReport } from './load-messages.ts'
import type { MediaKind } from './marks.ts'
import type { CrewReport } from './player-crew.ts'
import type { GeneratorResult, RunResult, SlowResult } from './result.ts'
import type { RunRecord } from './run.ts'
import { saturationOf } from './saturation.ts'
import type { ServerKind } from './server.ts'
import type { Spread } from './statistics.ts'

const NOTHING: Spread = { count: 0, p50: undefined, p99: undefined, max: undefined }
const GB = 1e9
const MB = 1e6

/** Turn what a run gathered into its figures. */
export function summarize(record: RunRecord): RunResult {
  const { plan, loads, start, end } = record
  const seconds = end.atSeconds - start.atSeconds
  const cpuSeconds = end.server.cpuSeconds - start.server.cpuSeconds
  const crews = [...Object.values(loads.crowd.crews), ...Object.values(loads.probe.crews)]
  const healthy = [loads.crowd.crews.counted, loads.probe.crews.sampled].filter(crew => crew !== undefined)
  const delivered = sum(crews.map(crew => (crew.bytes / crew.seconds) * seconds)) + (record.churn?.report.bytes ?? 0)
  const joins = loads.crowd.crews.counted ?? loads.probe.crews.sampled
  const ingested = loads.probe.publishers?.bytes ?? 0
  return {
    scenario: plan.scenario.name,
    protocol: plan.protocol,
    server: serverName(plan.server),
    windowSeconds: round(seconds, 3),
    players: sum(crews.map(crew => crew.players)),
    deliveredMbps: round((delivered * 8) / seconds / 1e6, 1),
    ingestedMbps: round((ingested * 8) / seconds / 1e6, 1),
    cpu: {
      perDeliveredGb: ratio(cpuSeconds, delivered / GB),
      perIngestedGb: plan.scenario.streams > 1 ? ratio(cpuSeconds, ingested / GB) : undefined,
      cores: round(cpuSeconds / seconds, 3),
    },
    memory: memoryOf(record, sum(crews.map(crew => crew.players))),
    latencyMs: loads.probe.crews.sampled?.latency ?? { video: NOTHING, audio: NOTHING },
    frames: framesOf(loads.probe.crews.sampled),
    firstKeyMs: record.churn?.report.firstKey ?? joins?.firstKey ?? NOTHING,
    starved: sum(healthy.map(crew => crew.starved)),
    failures: sum(healthy.map(crew => crew.failures)) + (record.churn?.report.failures ?? 0) + publisherFailures(loads),
    firstFailure: firstFailure(record),
    skipped: loads.probe.publishers?.skipped ?? 0,
    slow: slowOf(loads.crowd.crews.slow),
    srt: plan.scenario.publishing === 'srt' || plan.protocol === 'srt' ? record.srt : undefined,
    generator: generatorOf(record, seconds, cpuSeconds),
  }
}

function memoryOf({ plan, base, end, churn }: RunRecord, players: number): RunResult['memory'] {
  const isOfPlayers = churn === undefined && plan.scenario.streams === 1
  const grown = end.server.residentBytes - base.server.residentBytes
  return {
    baseMb: round(base.server.residentBytes / MB, 1),
    endMb: round(end.server.residentBytes / MB, 1),
    perPlayerKb: isOfPlayers ? ratio(grown / 1000, players) : undefined,
    afterMb: churn === undefined ? undefined : round(churn.after.server.residentBytes / MB, 1),
  }
}

function framesOf(crew: CrewReport | undefined): Readonly<Record<MediaKind, FrameCounts>> {
  return crew?.counts ?? { video: emptyCounts(), audio: emptyCounts() }
}

function slowOf(crew: CrewReport | undefined): SlowResult | undefined {
  if (crew === undefined) return undefined
  const mbpsEach = round((crew.bytes * 8) / crew.seconds / crew.players / 1e6, 3)
  return { mbpsEach, frames: crew.counts, failures: crew.failures }
}

function generatorOf({ loads, start, end }: RunRecord, seconds: number, cpuSeconds: number): GeneratorResult {
  const machine = seconds * availableParallelism()
  const ours = cpuSeconds + sum(Object.values(loads).map(load => load.generator.cpu * seconds))
  const otherCpu = Math.max(0, round((end.machineBusySeconds - start.machineBusySeconds - ours) / machine, 3))
  return {
    cpu: mapLoads(loads, load => round(load.generator.cpu, 3)),
    loopDelayMs: mapLoads(loads, load => load.generator.loopDelay),
    lateMs: loads.probe.publishers?.late ?? NOTHING,
    otherCpu,
    saturated: saturationOf(loads),
  }
}

function mapLoads<Value>(loads: RunRecord['loads'], of: (load: LoadReport) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(loads).map(([name, load]) => [name, of(load)]))
}

function publisherFailures({ probe }: RunRecord['loads']): number {
  return probe.publishers?.failures ?? 0
}

function firstFailure({ loads, churn }: RunRecord): string | undefined {
  const crews = [...Object.values(loads.crowd.crews), ...Object.values(loads.probe.crews)]
  const reasons = [loads.probe.publishers?.firstFailure, ...crews.map(crew => crew.firstFailure)]
  return [...reasons, churn?.report.firstFailure].find(reason => reason !== undefined)
}

/** Both kinds of frames together. */
export function allFrames(frames: Readonly<Record<MediaKind, FrameCounts>>): FrameCounts {
  const all = emptyCounts()
  addCounts(all, frames.video)
  addCounts(all, frames.audio)
  return all
}

function serverName(server: ServerKind): string {
  switch (server.kind) {
    case 'sluice':
      return ['sluice', ...server.flags].join(' ')
    case 'nginx':
      return 'nginx-rtmp'
    case 'srt-live-transmit':
      return server.kind
    case 'command':
      return server.words.join(' ')
  }
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? round(part / whole, 3) : undefined
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
