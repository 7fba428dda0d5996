import type { StreamDetail } from '../api/sluice-api.ts'
import { formatCount, formatShare } from '../format/quantity.ts'
import { Panel } from './panel.tsx'
import { type SrtLink, srtLinks } from './srt-links.ts'
import css from './table.module.css'

/** More rows than a person reads; the API has them all. */
const mostRows = 50

/** How well the SRT connections of the stream do. */
export function SrtList({ stream }: { stream: StreamDetail }) {
  const links = srtLinks(stream)
  if (links.length === 0) return null
  return (
    <Panel title="SRT">
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Connection</th>
              {['Round trip', 'Buffer', 'Lost', 'Sent again', 'Dropped'].map(name => (
                <th key={name} scope="col" className={css.number}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {links.slice(0, mostRows).map(link => (
              <SrtRow key={link.id} link={link} />
            ))}
          </tbody>
        </table>
      </div>
      {links.length > mostRows && <p className={css.soft}>and {formatCount(links.length - mostRows)} more</p>}
    </Panel>
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
