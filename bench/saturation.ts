import type { LoadReport } from './load-messages.ts'

/** A load process that uses more of its core than this cannot be sure to keep up. */
const CPU_LIMIT = 0.9
/** Timers this late make latency figures the generator's own. */
const DELAY_LIMIT_MS = 25
/** Frames sent this late arrive at the server as bursts that nobody asked for. */
const LATE_LIMIT_MS = 25

/** Why the generator, and not the server, may be what was measured; none if all is well. */
export function saturationOf(loads: Readonly<Record<string, LoadReport>>): string[] {
  return Object.entries(loads).flatMap(([name, load]) => reasonsOf(name, load))
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
