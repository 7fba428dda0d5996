import { Link } from 'wouter'
import { useDvr } from '../api/queries.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount } from '../format/quantity.ts'
import { watchPath } from '../streams/stream-urls.ts'
import { formatMoment } from '../timeline/wall-time.ts'
import css from './range-list.module.css'

/** More than a person reads; the API has them all. */
const mostRanges = 100

/** What is kept of a stream without a hole, the newest first; each leads to the page that plays from there. */
export function RangeList({ stream }: { stream: string }) {
  const { data: detail } = useDvr(stream)
  if (!detail) return null
  const { ranges } = detail
  const newest = Date.parse(ranges.at(-1)?.to ?? '')
  return (
    <ul className={css.ranges} aria-label="Ranges">
      {ranges
        .slice(-mostRanges)
        .reverse()
        .map(({ from, to }) => (
          <li key={from}>
            <Link href={watchPath(stream, from)} title="Play from here">
              {formatMoment(Date.parse(from), newest)}
            </Link>
            <span>{formatDuration((Date.parse(to) - Date.parse(from)) / 1000)}</span>
          </li>
        ))}
      {ranges.length > mostRanges && <li>and {formatCount(ranges.length - mostRanges)} more</li>}
    </ul>
  )
}
