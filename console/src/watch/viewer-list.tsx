import type { Subscriber } from '../api/sluice-api.ts'
import { formatBytes, formatCount } from '../format/quantity.ts'
import css from './table.module.css'
import { TablePanel } from './table-panel.tsx'
import { ViewerRemoval } from './viewer-removal.tsx'

const columns = [
  { name: 'Protocol' },
  { name: 'Address' },
  { name: 'Sent', isNumber: true },
  { name: 'Behind', isNumber: true },
  { name: 'Frames dropped', isNumber: true },
  { name: '' },
]

export function ViewerList({ stream, subscribers }: { stream: string; subscribers: readonly Subscriber[] }) {
  return (
    <TablePanel
      title="Viewers"
      columns={columns}
      rows={subscribers.filter(({ isViewer }) => isViewer)}
      renderRow={subscriber => <ViewerRow key={subscriber.id} stream={stream} subscriber={subscriber} />}
    />
  )
}

function ViewerRow({ stream, subscriber }: { stream: string; subscriber: Subscriber }) {
  const { protocol, peer, bytesSent, lagMs, framesDropped } = subscriber
  return (
    <tr>
      <td>{protocol.toUpperCase()}</td>
      <td>{peer}</td>
      <td className={css.number}>{formatBytes(bytesSent)}</td>
      <td className={css.number}>{`${formatCount(lagMs)}\u00a0ms`}</td>
      <td className={css.number}>{formatCount(framesDropped)}</td>
      <td className={css.number}>
        <ViewerRemoval stream={stream} viewer={subscriber} />
      </td>
    </tr>
  )
}
