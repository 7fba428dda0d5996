import { type Baseline, isSameMachine, machineFacts } from './baseline.ts'
import type { RunResult } from './result.ts'
import type { SrtCounts } from './srt-counts.ts'
import { median, type Spread } from './statistics.ts'
import { allFrames } from './summary.ts'

type Column = { readonly title: string; readonly cell: (result: RunResult) => string }

const COLUMNS: readonly Column[] = [
  { title: 'scenario', cell: result => result.scenario },
  { title: 'protocol', cell: result => result.protocol },
  { title: 'server', cell: result => result.server.slice(0, 32) },
  { title: 'players', cell: result => String(result.players) },
  { title: 'Mbit/s', cell: result => result.deliveredMbps.toFixed(0) },
  { title: 'CPU s/GB', cell: result => number(result.cpu.perDeliveredGb, 3) },
  { title: 's/GB in', cell: result => number(result.cpu.perIngestedGb, 2) },
  { title: 'cores', cell: result => result.cpu.cores.toFixed(2) },
  { title: 'RSS MB', cell: result => memory(result) },
  { title: 'KB/player', cell: result => number(result.memory.perPlayerKb, 0) },
  { title: 'video ms p50/p99/max', cell: result => spread(result.latencyMs.video) },
  { title: 'audio ms p50/p99/max', cell: result => spread(result.latencyMs.audio) },
  { title: 'lost/dup/reord/corr', cell: result => faults(result) },
  { title: 'key ms p99', cell: result => number(result.firstKeyMs.p99, 1) },
  { title: 'starved', cell: result => String(result.starved) },
  { title: 'failed', cell: result => String(result.failures) },
]

/** A table of runs, and below it what must be known to trust them. */
export function formatTable(results: readonly RunResult[]): string {
  const rows = [
    COLUMNS.map(column => column.title),
    ...results.map(result => COLUMNS.map(column => column.cell(result))),
  ]
  const widths = COLUMNS.map((_column, i) => Math.max(...rows.map(row => row[i]?.length ?? 0)))
  const lines = rows.map(row =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, ...results.flatMap(remarks)].join('\n')
}

function remarks(result: RunResult): string[] {
  const name = `${result.scenario} ${result.protocol} ${result.server}`
  const { saturated, cpu } = result.generator
  const lines = saturated.map(reason => `! ${name}: generator saturated: ${reason}`)
  if (result.firstFailure !== undefined) lines.push(`! ${name}: first failure: ${result.firstFailure}`)
  if (result.skipped > 0) lines.push(`! ${name}: ${result.skipped} frames were not published: the server did not read`)
  if (result.slow !== undefined) {
    const { lost, duplicated, corrupted } = allFrames(result.slow.frames)
    const { mbpsEach, failures } = result.slow
    lines.push(
      `  ${name}: slow readers got ${mbpsEach} Mbit/s each; ` +
        `${lost} frames lost, ${duplicated} duplicated, ${corrupted} corrupted; ${failures} failed`,
    )
  }
  if (result.srt !== undefined) lines.push(`  ${name}: ${describeSrt(result.srt)}`)
  const shares = Object.entries(cpu).map(([load, share]) => `${load} ${Math.round(share * 100)} %`)
  lines.push(`  ${name}: generator CPU: ${shares.join(', ')}; ${others(result)}`)
  return lines
}

function describeSrt({ packets, lost, retransmitted, dropped, faults: damage }: SrtCounts): string {
  const losses = `${lost} lost at first, ${retransmitted} sent again, ${dropped} lost for good`
  return `${packets} SRT packets; ${losses}; ${damage} TS faults`
}

/** Others on the machine that use more than this share of it blur every figure. */
const NOISE_LIMIT = 0.1

function others({ generator: { otherCpu } }: RunResult): string {
  return `others ${Math.round(otherCpu * 100)} %${otherCpu > NOISE_LIMIT ? ' (noisy: measure again)' : ''}`
}

/** Figures whose ratios are worth printing. Below 1 is better for the first of the two. */
const RATIOS: readonly { readonly title: string; readonly value: (result: RunResult) => number | undefined }[] = [
  { title: 'CPU s/GB', value: result => result.cpu.perDeliveredGb },
  { title: 'CPU s/GB in', value: result => result.cpu.perIngestedGb },
  { title: 'RSS', value: result => result.memory.endMb },
  { title: 'video p50', value: result => result.latencyMs.video.p50 },
  { title: 'video p99', value: result => result.latencyMs.video.p99 },
  { title: 'key p99', value: result => result.firstKeyMs.p99 },
]

/** One line: medians of `ours` over medians of `theirs`. */
export function formatRatios(label: string, ours: readonly RunResult[], theirs: readonly RunResult[]): string {
  const parts = RATIOS.flatMap(({ title, value }) => {
    const ratio = middle(ours, value) / middle(theirs, value)
    return Number.isFinite(ratio) ? [`${title} ${ratio.toFixed(2)}`] : []
  })
  return `${label}: ${parts.join(', ')}`
}

/** One line: how a result stands beside the stored one. */
export function formatComparison(results: readonly RunResult[], baseline: Baseline): string {
  const [first] = results
  const hint = isSameMachine(baseline.machine, machineFacts()) ? '' : ` (another machine: ${baseline.machine.cpuModel})`
  const label = `${first?.scenario} ${first?.protocol} ${first?.server} / baseline of ${baseline.savedOn}${hint}`
  return formatRatios(label, results, [baseline.result])
}

function middle(results: readonly RunResult[], value: (result: RunResult) => number | undefined): number {
  return median(results.flatMap(result => value(result) ?? []))
}

function memory({ memory: { endMb, baseMb, afterMb } }: RunResult): string {
  return afterMb === undefined
    ? endMb.toFixed(0)
    : `${baseMb.toFixed(0)} -> ${endMb.toFixed(0)} -> ${afterMb.toFixed(0)}`
}

function spread({ p50, p99, max }: Spread): string {
  return `${number(p50, 1)} / ${number(p99, 1)} / ${number(max, 1)}`
}

function faults(result: RunResult): string {
  const { lost, duplicated, reordered, corrupted, unmarked } = allFrames(result.frames)
  return `${lost}/${duplicated}/${reordered}/${corrupted + unmarked}`
}

function number(value: number | undefined, digits: number): string {
  return value === undefined ? '-' : value.toFixed(digits)
}
