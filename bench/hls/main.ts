import { parseArgs } from 'node:util'
import { type HlsPlan, type HlsResult, measureHls } from './measure.ts'

const usage = `usage: node bench/hls/main.ts [SCENARIO] [options]

  hls-2000      2000 viewers of one 2 Mbit/s stream in MPEG-TS, each with the playlist and every segment
  ll-hls-1000   1000 viewers who wait for the playlist with the next part

  --peer nginx   nginx serves copies of the same files from memory, in turns (hls-2000)
  --repeat N     turns (1)
  --viewers N  --kbps N  --secs N (20)  --settle N (15)
  --sendfile off of nginx (on)
  --flags="F..." more flags for Sluice
`

const options = {
  peer: { type: 'string' },
  repeat: { type: 'string', default: '1' },
  viewers: { type: 'string' },
  kbps: { type: 'string', default: '2000' },
  secs: { type: 'string', default: '20' },
  settle: { type: 'string', default: '15' },
  flags: { type: 'string', default: '' },
  sendfile: { type: 'string', default: 'on' },
  help: { type: 'boolean', default: false },
} as const

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const scenario = positionals[0] ?? 'hls-2000'
  if (values.help || (scenario !== 'hls-2000' && scenario !== 'll-hls-1000')) return void process.stdout.write(usage)
  const plan: Omit<HlsPlan, 'server'> = {
    scenario,
    flags: values.flags.split(' ').filter(word => word !== ''),
    sendfile: values.sendfile,
    viewers: Number(values.viewers ?? (scenario === 'hls-2000' ? 2000 : 1000)),
    kbps: Number(values.kbps),
    gopSeconds: scenario === 'hls-2000' ? 2 : 1,
    settleSeconds: Number(values.settle),
    seconds: Number(values.secs),
  }
  const results: HlsResult[] = []
  for (let turn = 0; turn < Number(values.repeat); turn++) {
    for (const server of values.peer === 'nginx' ? (['sluice', 'nginx'] as const) : (['sluice'] as const)) {
      const result = await measureHls({ ...plan, server })
      results.push(result)
      process.stderr.write(`${JSON.stringify(result)}\n`)
    }
  }
  process.stdout.write(`${formatTable(results)}\n`)
}

function formatTable(results: readonly HlsResult[]): string {
  const rows = results.map(({ scenario, server, viewers, mbps, cpuPerGb, cores, residentMb, time, failures, busy }) => [
    ...[scenario, server, `${viewers}`, mbps.toFixed(0), cpuPerGb.toFixed(3), cores.toFixed(2), residentMb.toFixed(0)],
    ...[`${time.p50} / ${time.p99} / ${time.max}`, `${failures}`, `${Math.round(busy * 100)} %`],
  ])
  const titles = [
    'scenario',
    'server',
    'viewers',
    'Mbit/s',
    'CPU s/GB',
    'cores',
    'RSS MB',
    'ms p50/p99/max',
    'failed',
    'busy',
  ]
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]?.length ?? 0)))
  return [titles, ...rows]
    .map(row =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

await main()
