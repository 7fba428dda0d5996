import type { LoadReport } from './load-messages.ts'

/** A load process that uses more of its core than this cannot be sure to keep up. */
const CPU_LIMIT = 0.9
/** Timers this late make latency figures the generator's own. */
const DELAY_LIMIT_MS = 25
/** Frames sent this late arrive at the server as bursts that nobody asked for. */
const LATE_LIMIT_MS = 25
/** Others on the machine that use more than this share of it blur every figure. */
const OTHERS_LIMIT = 0.1

/** Reasons to doubt a run, because its generator or its machine was the limit; none if all is well. */
export function saturationOf(loads: Readonly<Record<string, LoadReport>>, otherCpu: number): string[] {
  const reasons = Object.entries(loads).flatMap(([name, load]) => reasonsOf(name, load))
  if (otherCpu > OTHERS_LIMIT) reasons.push(`others used ${percent(otherCpu)} of the machine`)
  return reasons
}

function reasonsOf(name: string, { generator, publishers }: LoadReport): string[] {
  const reasons: string[] = []
  const delay = generator.loopDelay.p99 ?? 0
  const late = publishers?.late.p99 ?? 0
  if (generator.cpu > CPU_LIMIT) reasons.push(`${name} used ${percent(generator.cpu)} of its core`)
  if (delay > DELAY_LIMIT_MS) reasons.push(`${name} had timers ${delay.toFixed(0)} ms late (p99)`)
  if (late > LATE_LIMIT_MS) reasons.push(`frames were sent ${late.toFixed(0)} ms late (p99)`)
  if ((publishers?.skipped ?? 0) > 0)
    reasons.push(`${publishers?.skipped} frames were not sent: the server did not read`)
  return reasons
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
