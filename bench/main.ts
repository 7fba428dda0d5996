import { compareApi } from './api/compare-api.ts'
import { ArgumentError, type BenchPlan, parseBenchArguments, USAGE } from './arguments.ts'
import { baselineName, loadBaseline, saveBaseline } from './baseline.ts'
import { compareHls } from './hls/compare-hls.ts'
import { mpegtsWorks } from './mpegts.ts'
import type { PlayProtocol } from './playback.ts'
import { formatComparison, formatRatios, formatTable } from './report.ts'
import type { RunResult } from './result.ts'
import { run } from './run.ts'
import type { Scenario } from './scenarios.ts'
import type { ServerKind } from './server.ts'
import { formatThroughput, measureThroughput, type Throughput } from './throughput.ts'

/** The program of `npm run bench`. */
async function main(words: readonly string[]): Promise<void> {
  const plan = parseBenchArguments(words)
  const { scenarios, hls, api } = plan
  if (scenarios.length + hls.length + api.length === 0 && !plan.isMeasuringMpegts) {
    print(USAGE)
    return
  }
  const blocks: string[] = plan.isMeasuringMpegts ? [measureMpegts(plan)] : []
  for (const scenario of scenarios) {
    for (const protocol of plan.protocols ?? scenario.playing) blocks.push(await compare(plan, scenario, protocol))
  }
  for (const scenario of hls) blocks.push(await compareHls(scenario, plan.hlsComparison, print))
  for (const scenario of api) blocks.push(await compareApi(scenario, plan.apiRuns, print))
  print(`\n${blocks.join('\n\n')}`)
}

/** Pure code, in this process: no server, no sockets. */
function measureMpegts({ seconds, isSaving }: BenchPlan): string {
  const name = 'mpegts.json'
  const results = mpegtsWorks().map(work => measureThroughput(work, seconds))
  print(JSON.stringify(results))
  const baseline = loadBaseline<readonly Throughput[]>(name)
  if (isSaving) saveBaseline(name, results)
  return formatThroughput(results, baseline)
}

/** Run the server, and the peer if there is one, in turns; returns the table. */
async function compare(plan: BenchPlan, scenario: Scenario, protocol: PlayProtocol): Promise<string> {
  const ours: RunResult[] = []
  const theirs: RunResult[] = []
  const runOnce = async (server: ServerKind, into: RunResult[]): Promise<void> => {
    const result = await run({ scenario, protocol, server, seconds: plan.seconds })
    print(JSON.stringify(result))
    into.push(result)
  }
  for (let turn = 0; turn < plan.repeat; turn++) {
    await runOnce(plan.server, ours)
    if (plan.peer !== undefined) await runOnce(plan.peer, theirs)
  }
  return describe(ours, theirs, plan.isSaving)
}

function describe(ours: readonly RunResult[], theirs: readonly RunResult[], isSaving: boolean): string {
  const lines = [formatTable(interleave(ours, theirs))]
  if (theirs.length > 0) lines.push(formatRatios(`${ours[0]?.server} / ${theirs[0]?.server}`, ours, theirs))
  for (const results of [ours, theirs]) lines.push(...keep(results, isSaving))
  return lines.join('\n')
}

/** Compare with the stored result, then store the new one if asked to: of several runs, the cheapest. */
function keep(results: readonly RunResult[], isSaving: boolean): string[] {
  const best = results.toSorted((a, b) => a.cpu.cores - b.cpu.cores)[0]
  if (best === undefined) return []
  const baseline = loadBaseline(baselineName(best))
  if (isSaving) saveBaseline(baselineName(best), best)
  return baseline === undefined ? [] : [formatComparison(results, baseline)]
}

function interleave(ours: readonly RunResult[], theirs: readonly RunResult[]): RunResult[] {
  return ours.flatMap((result, turn) => [result, theirs[turn]].filter(one => one !== undefined))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ArgumentError)) throw error
  process.stderr.write(`${error.message}\n\n${USAGE}`)
  process.exitCode = 2
}
