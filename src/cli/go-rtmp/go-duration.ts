const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/gy

/**
 * Write a duration of Go (`1.5s`, `1h30m`) as one of ours, in whole milliseconds. Nothing and what is not above 0 is `0`;
 * what is none stays as it is, for the field to say so.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function fromGoDuration(text: string): string {
  if (text === '' || text === '0' || text.startsWith('-')) return '0'
  let ms = 0
  let end = text.startsWith('+') ? 1 : 0
  part.lastIndex = end
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    ms += Number(match[1]) * (unitMs[match[2] ?? ''] ?? 0)
    end = part.lastIndex
  }
  return end === text.length ? `${Math.round(ms)}ms` : text
}
