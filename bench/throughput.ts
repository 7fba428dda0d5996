import type { Baseline } from './baseline.ts'
import { isSameMachine, machineFacts } from './baseline.ts'

/** How fast a pure piece of the server is. */
export type Throughput = {
  readonly name: string
  /** Megabytes (1e6) per second of CPU time, collection of garbage included. */
  readonly mbPerSecond: number
}

/** Something that is done again and again. */
export type Work = {
  readonly name: string
  /** Does it once. Returns how many bytes went through. */
  readonly run: () => number
}

/** V8 has compiled what is hot. */
const WARM_UP_SECONDS = 1

/** Do the work for so many seconds. CPU time is what counts, so others on the machine blur little. */
export function measureThroughput({ name, run }: Work, seconds: number): Throughput {
  repeat(run, WARM_UP_SECONDS)
  const { bytes, cpuSeconds } = repeat(run, seconds)
  return { name, mbPerSecond: Math.round(bytes / cpuSeconds / 1e6) }
}

function repeat(run: Work['run'], seconds: number): { readonly bytes: number; readonly cpuSeconds: number } {
  const start = process.cpuUsage()
  for (let bytes = 0; ; ) {
    bytes += run()
    const { user, system } = process.cpuUsage(start)
    const cpuSeconds = (user + system) / 1e6
    if (cpuSeconds >= seconds) return { bytes, cpuSeconds }
  }
}

/** One line for each, with its ratio to the stored one: above 1 is better. */
export function formatThroughput(
  results: readonly Throughput[],
  baseline: Baseline<readonly Throughput[]> | undefined,
): string {
  const lines = results.map(({ name, mbPerSecond }) => {
    const before = baseline?.result.find(other => other.name === name)
    const ratio = before === undefined ? '' : `  ${(mbPerSecond / before.mbPerSecond).toFixed(2)} of the baseline`
    return `${name.padEnd(28)} ${String(mbPerSecond).padStart(6)} MB/s${ratio}`
  })
  if (baseline === undefined || isSameMachine(baseline.machine, machineFacts())) return lines.join('\n')
  return [...lines, '! the baseline comes from another machine'].join('\n')
}
