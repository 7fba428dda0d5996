import type { Relay } from '../api/sluice-api.ts'
import { formatBytes, formatCount } from '../format/quantity.ts'
import css from './table.module.css'
import { TablePanel } from './table-panel.tsx'

const columns = [
  { name: 'Destination' },
  { name: 'State' },
  { name: 'Sent', isNumber: true },
  { name: 'Failures', isNumber: true },
  { name: 'Frames dropped', isNumber: true },
]

const stateWords: Readonly<Record<Relay['state'], string>> = {
  idle: 'Nothing to send',
  connecting: 'Connecting',
  sending: 'Sending',
  receiving: 'Receiving',
  waiting: 'Failed, tries again',
  ended: 'Ended',
  failed: 'Failed',
}

/** Where the stream is sent on to. */
export function DestinationList({ relays }: { relays: readonly Relay[] }) {
  return (
    <TablePanel
      title="Destinations"
      columns={columns}
      rows={relays.filter(({ direction }) => direction === 'push')}
      renderRow={relay => <DestinationRow key={relay.destination} relay={relay} />}
    />
  )
}

function DestinationRow({ relay }: { relay: Relay }) {
  const { url, state, lastError, bytes, failures, framesDropped } = relay
  return (
    <tr>
      <td>{url}</td>
      <td title={lastError ?? undefined}>{stateWords[state]}</td>
      <td className={css.number}>{formatBytes(bytes)}</td>
      <td className={css.number}>{formatCount(failures)}</td>
      <td className={css.number}>{formatCount(framesDropped)}</td>
    </tr>
  )
}
