import { Button } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'wouter'
import type { DvrStatus } from '../api/sluice-api.ts'
import { formatDuration } from '../format/duration.ts'
import { formatBytes, formatCount } from '../format/quantity.ts'
import { Fact } from '../shell/fact.tsx'
import list from '../shell/list-row.module.css'
import { StateBadge } from '../shell/state-badge.tsx'
import { watchPath } from '../streams/stream-urls.ts'
import { formatMoment } from '../timeline/wall-time.ts'
import { DvrRemoval } from './dvr-removal.tsx'
import css from './dvr-row.module.css'
import { RangeList } from './range-list.tsx'

/** One stream of which something is kept. */
export function DvrRow({ dvr }: { dvr: DvrStatus }) {
  const { stream, active, from, to, segments, bytes } = dvr
  const [isOpen, setOpen] = useState(false)
  return (
    <li className={list.row} data-testid="dvr-row" data-stream={stream}>
      <div className={list.title}>
        <Link className={list.name} href={watchPath(stream)}>
          {stream}
        </Link>
        {active && <StateBadge state="live" />}
      </div>
      <dl className={css.facts}>
        <Fact name="From">{from === null ? undefined : momentOf(from)}</Fact>
        <Fact name="To">{to === null ? undefined : active ? 'now' : momentOf(to)}</Fact>
        <Fact name="Time">{from === null || to === null ? undefined : lengthOf(from, to)}</Fact>
        <Fact name="Size">{formatBytes(bytes)}</Fact>
        <Fact name="Segments">{formatCount(segments)}</Fact>
      </dl>
      <div className={css.actions}>
        {from !== null && (
          <>
            <Button size="xs" component={Link} href={watchPath(stream, from)}>
              Watch
            </Button>
            <Button size="xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              Ranges
            </Button>
          </>
        )}
        <DvrRemoval dvr={dvr} />
      </div>
      {isOpen && <RangeList stream={stream} />}
    </li>
  )
}

function momentOf(time: string): string {
  return formatMoment(Date.parse(time), Date.now())
}

/** From the oldest to the newest, whatever is missing in between. */
function lengthOf(from: string, to: string): string {
  return formatDuration((Date.parse(to) - Date.parse(from)) / 1000)
}
