import type { StreamDetail } from '../api/sluice-api.ts'
import { formatCount, formatShare } from '../format/quantity.ts'
import { type SrtLink, srtLinks } from './srt-links.ts'
import css from './table.module.css'
import { TablePanel } from './table-panel.tsx'

const measured = ['Round trip', 'Buffer', 'Lost', 'Sent again', 'Dropped']
const columns = [{ name: 'Connection' }, ...measured.map(name => ({ name, isNumber: true }))]

/** How well the SRT connections of the stream do. */
export function SrtList({ stream }: { stream: StreamDetail }) {
  return (
    <TablePanel
      title="SRT"
      columns={columns}
      rows={srtLinks(stream)}
      renderRow={link => <SrtRow key={link.id} link={link} />}
    />
  )
}

function SrtRow({ link }: { link: SrtLink }) {
  const { role, peer, rttMs, bufferMs, lost, lostShare, repeated, dropped } = link
  return (
    <tr>
      <td>
        {role} <span className={css.soft}>{peer}</span>
      </td>
      <td className={css.number}>{`${rttMs.toFixed(1)}\u00a0ms`}</td>
      <td className={css.number}>{`${formatCount(bufferMs)}\u00a0ms`}</td>
      <td className={css.number}>
        {formatCount(lost)} <span className={css.soft}>{formatShare(lostShare)}</span>
      </td>
      <td className={css.number}>{formatCount(repeated)}</td>
      <td className={css.number}>{formatCount(dropped)}</td>
    </tr>
  )
}
