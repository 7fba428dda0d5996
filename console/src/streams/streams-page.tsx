import { Button, Skeleton, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useStreams } from '../api/queries.ts'
import type { StreamStatus } from '../api/sluice-api.ts'
import { EmptyPage } from '../shell/empty-page.tsx'
import { Icon } from '../shell/icon.tsx'
import { ServerBanner } from '../shell/server-banner.tsx'
import { PublishGuide } from './publish-guide.tsx'
import { StreamRow } from './stream-row.tsx'
import { selectStreams, summarize } from './streams-overview.ts'
import css from './streams-page.module.css'
import { StreamsSummary } from './streams-summary.tsx'

/** With fewer rows than this, a filter is only in the way. */
const filterFrom = 6

export function StreamsPage() {
  const { data: streams, error, dataUpdatedAt } = useStreams()
  return (
    <>
      <title>{pageTitle(streams)}</title>
      {error && <ServerBanner error={error} answeredAt={dataUpdatedAt} />}
      {streams === undefined && !error && <LoadingRows />}
      {streams?.length === 0 && <NoStreams />}
      {streams !== undefined && streams.length > 0 && <StreamList streams={streams} />}
    </>
  )
}

function StreamList({ streams }: { streams: readonly StreamStatus[] }) {
  const [filter, setFilter] = useState('')
  const [guideOpen, setGuideOpen] = useState(false)
  const shown = selectStreams(streams, filter)
  return (
    <>
      <div className={css.head}>
        <h1>Streams</h1>
        <StreamsSummary overview={summarize(streams)} />
        <div className={css.actions}>
          {streams.length >= filterFrom && (
            <TextInput
              aria-label="Filter streams by name"
              placeholder="Filter by name"
              leftSection={<Icon name="search" size={16} />}
              value={filter}
              onChange={event => setFilter(event.currentTarget.value)}
            />
          )}
          <Button
            variant="default"
            leftSection={<Icon name="plus" size={16} />}
            aria-expanded={guideOpen}
            onClick={() => setGuideOpen(!guideOpen)}
          >
            Publish
          </Button>
        </div>
      </div>
      {guideOpen && <PublishGuide />}
      <ul className={css.list}>
        {shown.map(stream => (
          <StreamRow key={stream.name} stream={stream} />
        ))}
      </ul>
      {shown.length === 0 && <p className={css.nothing}>No stream has “{filter.trim()}” in its name.</p>}
    </>
  )
}

function NoStreams() {
  return (
    <EmptyPage icon="antenna" title="Nothing is live yet">
      <p>Point an encoder at this server. The stream appears here as soon as its first frame arrives.</p>
      <PublishGuide />
    </EmptyPage>
  )
}

function LoadingRows() {
  return (
    <div className={css.list} role="status" aria-label="Loading streams">
      <Skeleton height={32} width={160} />
      <Skeleton height={96} radius="lg" />
      <Skeleton height={96} radius="lg" />
    </div>
  )
}

function pageTitle(streams: readonly StreamStatus[] | undefined): string {
  const live = streams === undefined ? 0 : summarize(streams).live
  return live === 0 ? 'Sluice' : `${live} live · Sluice`
}
