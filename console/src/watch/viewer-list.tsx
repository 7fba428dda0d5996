import type { Subscriber } from '../api/sluice-api.ts'
import { formatBytes, formatCount } from '../format/quantity.ts'
import { Panel } from './panel.tsx'
import css from './table.module.css'
import { ViewerRemoval } from './viewer-removal.tsx'

/** More rows than a person reads; the API has them all. */
const mostRows = 50

type Viewers = { stream: string; subscribers: readonly Subscriber[] }

export function ViewerList({ stream, subscribers }: Viewers) {
  if (subscribers.length === 0) return null
  return (
    <Panel title="Viewers">
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Protocol</th>
              <th scope="col">Address</th>
              <th scope="col" className={css.number}>
                Sent
              </th>
              <th scope="col" className={css.number}>
                Behind
              </th>
              <th scope="col" className={css.number}>
                Frames dropped
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {subscribers.slice(0, mostRows).map(subscriber => (
              <ViewerRow key={subscriber.id} stream={stream} subscriber={subscriber} />
            ))}
          </tbody>
        </table>
      </div>
      {subscribers.length > mostRows && (
        <p className={css.soft}>and {formatCount(subscribers.length - mostRows)} more</p>
      )}
    </Panel>
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
