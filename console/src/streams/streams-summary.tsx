import { formatBitrate, formatCount } from '../format/quantity.ts'
import type { StreamsOverview } from './streams-overview.ts'
import css from './streams-summary.module.css'

export function StreamsSummary({ overview }: { overview: StreamsOverview }) {
  const { live, waiting, viewers, bitrate } = overview
  const facts = [
    `${formatCount(live)} live`,
    waiting > 0 && `${formatCount(waiting)} waiting`,
    `${formatCount(viewers)} ${viewers === 1 ? 'viewer' : 'viewers'}`,
    `${formatBitrate(bitrate)} in`,
  ].filter(Boolean)
  return <p className={css.summary}>{facts.join(' · ')}</p>
}
