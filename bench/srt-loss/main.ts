import { parseArgs } from 'node:util'
import { type Cell, type CellResult, directions, measureCell } from './cell.ts'
import { formatTable } from './table.ts'

const usage = `usage: node bench/srt-loss/main.ts [options]

Numbered payloads over a bad network: from libsrt to us, from us to libsrt, and from libsrt to libsrt at the same time.
Needs srt-live-transmit.

  --secs N       length of each cell (30)
  --kbps N       of the stream (3000)
  --loss P,…     percent that get lost (2,5)
  --rtt MS,…     there and back (40)
  --jitter MS,…  added each way at random (0,30)
  --latency MS,… (120,200,400)
  --libsrt Q     more options of libsrt, such as nakreport=0 or lossmaxttl=50&rcvbuf=12058624
  --seed N       of the network's chance (1)
`

const options = {
  secs: { type: 'string', default: '30' },
  kbps: { type: 'string', default: '3000' },
  loss: { type: 'string', default: '2,5' },
  rtt: { type: 'string', default: '40' },
  jitter: { type: 'string', default: '0,30' },
  latency: { type: 'string', default: '120,200,400' },
  libsrt: { type: 'string', default: '' },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

async function main(): Promise<void> {
  const { values } = parseArgs({ options })
  if (values.help) return void process.stdout.write(usage)
  const [seconds, kbps, seed] = [Number(values.secs), Number(values.kbps), Number(values.seed)]
  const plan = { seconds, kbps, seed, libsrtQuery: values.libsrt }
  const results: CellResult[] = []
  for (const cell of cellsOf(values)) {
    results.push(...(await Promise.all(directions.map(each => measureCell(cell, each, plan)))))
    process.stderr.write(`${JSON.stringify(cell)}\n`)
  }
  process.stdout.write(`${formatTable(results)}\n`)
}

function cellsOf(values: Values): readonly Cell[] {
  const cells: Cell[] = []
  for (const rtt of numbersOf(values.rtt)) {
    for (const percent of numbersOf(values.loss)) {
      for (const jitter of numbersOf(values.jitter)) {
        for (const latency of numbersOf(values.latency)) cells.push({ loss: percent / 100, rtt, jitter, latency })
      }
    }
  }
  return cells
}

function numbersOf(text: string): readonly number[] {
  return text.split(',').map(Number)
}

await main()
