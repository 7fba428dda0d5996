import type { CellResult } from './cell.ts'

type Column = { readonly title: string; readonly cell: (result: CellResult) => string }

const columns: readonly Column[] = [
  { title: 'loss', cell: ({ cell }) => `${cell.loss * 100} %` },
  { title: 'RTT', cell: ({ cell }) => `${cell.rtt} ms` },
  { title: 'jitter', cell: ({ cell }) => `${cell.jitter} ms` },
  { title: 'latency', cell: ({ cell }) => `${cell.latency} ms` },
  { title: 'direction', cell: ({ direction }) => direction },
  { title: 'sent', cell: ({ sent }) => String(sent) },
  { title: 'missing', cell: ({ missing }) => String(missing) },
  { title: 'faults', cell: ({ faults }) => String(faults) },
  { title: 'pktRetrans', cell: ({ sender }) => String(sender.pktRetrans) },
  { title: 'pktRcvLoss', cell: ({ receiver }) => String(receiver.pktRcvLoss) },
  { title: 'pktRcvRetrans', cell: ({ receiver }) => String(receiver.pktRcvRetrans) },
  { title: 'pktRcvDrop', cell: ({ receiver }) => String(receiver.pktRcvDrop) },
]

/** One line per cell and direction, in Markdown. */
export function formatTable(results: readonly CellResult[]): string {
  const rows = [
    columns.map(({ title }) => title),
    columns.map(() => '---'),
    ...results.map(result => columns.map(({ cell }) => cell(result))),
  ]
  return rows.map(row => `| ${row.join(' | ')} |`).join('\n')
}
