import { type Baseline, isSameMachine, machineFacts } from '../baseline.ts'
import { median } from '../statistics.ts'
import { formatColumns, type Row } from '../table.ts'
import type { HlsResult, KeepingResult, LatencyResult, ViewingResult } from './hls-result.ts'

/** A table of runs of one scenario, and below it how they compare. */
export function formatHls(results: readonly HlsResult[], baseline: Baseline<HlsResult> | undefined): string {
  const rows = results.flatMap(rowsOf)
  return [
    formatColumns(rows),
    ...failures(results),
    ...besideNginx(results),
    ...besideBaseline(results, baseline),
  ].join('\n')
}

function rowsOf(result: HlsResult): readonly Row[] {
  if ('seen' in result) return latencyRows(result)
  return ['streams' in result ? keepingRow(result) : viewingRow(result)]
}

function latencyRows({ scenario, seen, cores, busy }: LatencyResult): readonly Row[] {
  return seen.map(({ as, age, pictures, stalls, dropped, errors }) => [
    ['scenario', scenario],
    ['hls.js', as],
    ['ms p5/p50/p95/max', [age.p5, age.p50, age.p95, age.max].join(' / ')],
    ['stalls', String(stalls)],
    ['pictures', String(pictures)],
    ['dropped', String(dropped)],
    ['errors', String(errors.length)],
    ['cores', cores.toFixed(2)],
    ['busy', percent(busy)],
  ])
}

function viewingRow(result: ViewingResult): Row {
  const { p50, p99, max } = result.time
  return [
    ['scenario', result.scenario],
    ['server', result.server],
    ['viewers', String(result.viewers)],
    ['Mbit/s', result.mbps.toFixed(0)],
    ['CPU s/GB', result.cpuPerGb.toFixed(3)],
    ['us/answer', result.cpuPerAnswer.toFixed(1)],
    ['cores', result.cores.toFixed(2)],
    ['RSS MB', result.residentMb.toFixed(0)],
    ['ms p50/p99/max', [p50, p99, max].map(ms => ms?.toFixed(1) ?? '-').join(' / ')],
    ['failed', String(result.failures)],
    ['busy', percent(result.busy)],
  ]
}

function keepingRow(result: KeepingResult): Row {
  return [
    ['scenario', result.scenario],
    ['streams', String(result.streams)],
    ['cores', result.cores.toFixed(2)],
    ['CPU %/stream', result.cpuPercentPerStream.toFixed(2)],
    ['RSS MB', result.residentMb.toFixed(0)],
    ['MB/stream', result.residentMbPerStream.toFixed(1)],
    ['growth MB/min', `${result.growth.slope.toFixed(2)} ± ${(2 * result.growth.error).toFixed(2)}`],
    ['disk MB', result.diskMb.toFixed(0)],
    ['failed', String(result.failures)],
    ['busy', percent(result.busy)],
  ]
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function failures(results: readonly HlsResult[]): string[] {
  return results.flatMap(({ firstFailure }) => (firstFailure === undefined ? [] : [`! first failure: ${firstFailure}`]))
}

function besideNginx(results: readonly HlsResult[]): string[] {
  const costs = (name: string): number[] =>
    results.flatMap(one => (one.server === name && 'cpuPerGb' in one ? [one.cpuPerGb] : []))
  const ratio = median(costs('sluice')) / median(costs('nginx'))
  return Number.isFinite(ratio) ? [`sluice / nginx: CPU s/GB ${ratio.toFixed(2)}`] : []
}

function besideBaseline(results: readonly HlsResult[], baseline: Baseline<HlsResult> | undefined): string[] {
  if (baseline === undefined) return []
  const ours = results.filter(({ server }) => server === 'sluice')
  const hint = isSameMachine(baseline.machine, machineFacts()) ? '' : ` (another machine: ${baseline.machine.cpuModel})`
  const [cores, memory] = (['cores', 'residentMb'] as const).map(
    key => median(ours.map(one => one[key])) / baseline.result[key],
  )
  return [`sluice / baseline of ${baseline.savedOn}${hint}: CPU ${cores?.toFixed(2)}, RSS ${memory?.toFixed(2)}`]
}
