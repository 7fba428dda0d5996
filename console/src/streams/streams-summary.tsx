import { formatBitrate, formatCount } from '../format/quantity.ts'
import type { StreamsOverview } from './streams-overview.ts'
import css from './streams-summary.module.css'

export function StreamsSummary({ overview }: { overview: StreamsOverview }) {
  const { live, waiting, viewers, bitrate } = overview
  return (
    <p className={css.summary}>
      <span>{formatCount(live)} live</span>
      {waiting > 0 && <span>{formatCount(waiting)} waiting</span>}
      <span>
        {formatCount(viewers)} {viewers === 1 ? 'viewer' : 'viewers'}
      </span>
      <span>{formatBitrate(bitrate)} in</span>
    </p>
  )
}
