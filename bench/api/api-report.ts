import { type Baseline, isSameMachine, machineFacts } from '../baseline.ts'
import type { Spread } from '../statistics.ts'
import { formatColumns, type Row } from '../table.ts'
import type { ApiResult, ReadsResult, StartResult } from './api-result.ts'

/** A table of runs of one scenario, and below it how they compare. */
export function formatApi(results: readonly ApiResult[], baseline: Baseline<ApiResult> | undefined): string {
  const rows = results.flatMap(result => ('reads' in result ? readRows(result) : [startRow(result)]))
  return [formatColumns(rows), ...failures(results), ...besideBaseline(results, baseline)].join('\n')
}

function readRows({ reads, all, players, ...result }: ReadsResult): readonly Row[] {
  return [...reads, { path: 'all', time: all }].map(({ path, time }) => [
    ['scenario', result.scenario],
    ['players', String(players)],
    ['read', path],
    ['ms p50/p99/max', formatSpread(time)],
    ...costs(result),
  ])
}

function startRow({ scenario, streams, listeningSeconds, onAirSeconds, ...result }: StartResult): Row {
  return [
    ['scenario', scenario],
    ['streams', String(streams)],
    ['s until it listens', listeningSeconds.toFixed(1)],
    ['s until all are live', onAirSeconds.toFixed(1)],
    ...costs(result),
  ]
}

function costs({ cores, residentMb, busy }: Pick<ApiResult, 'cores' | 'residentMb' | 'busy'>): Row {
  return [
    ['cores', cores.toFixed(2)],
    ['RSS MB', residentMb.toFixed(0)],
    ['busy', `${Math.round(busy * 100)} %`],
  ]
}

function formatSpread({ p50, p99, max }: Spread): string {
  return [p50, p99, max].map(ms => ms?.toFixed(1) ?? '-').join(' / ')
}

function failures(results: readonly ApiResult[]): string[] {
  return results.flatMap(result =>
    'reads' in result && result.firstFailure !== undefined
      ? [`! ${result.failures} failures, the first: ${result.firstFailure}`]
      : [],
  )
}

function besideBaseline(results: readonly ApiResult[], baseline: Baseline<ApiResult> | undefined): string[] {
  if (baseline === undefined) return []
  const hint = isSameMachine(baseline.machine, machineFacts()) ? '' : ` (another machine: ${baseline.machine.cpuModel})`
  const figure = figureOf(baseline.result)
  return results.map(result => {
    const { title, value } = figureOf(result)
    return `${title} ${value?.toFixed(1)}, baseline of ${baseline.savedOn}${hint}: ${figure.value?.toFixed(1)}`
  })
}

/** The one that has a target. */
function figureOf(result: ApiResult): { readonly title: string; readonly value: number | undefined } {
  return 'reads' in result
    ? { title: 'ms p99 of a read', value: result.all.p99 }
    : { title: 's until all streams are live', value: result.onAirSeconds }
}
