import { Skeleton } from '@mantine/core'
import { useDvrList } from '../api/queries.ts'
import type { DvrStatus } from '../api/sluice-api.ts'
import { formatBytes, formatCount } from '../format/quantity.ts'
import { Icon } from '../shell/icon.tsx'
import { ServerBanner } from '../shell/server-banner.tsx'
import { DvrRow } from './dvr-row.tsx'
import css from './recordings-page.module.css'

/** What is kept of streams to be rewound. */
export function RecordingsPage() {
  const { data: list, error, dataUpdatedAt } = useDvrList()
  // Streams of which everything was removed stay in the list until the server restarts.
  const items = list?.filter(({ from, active }) => from !== null || active)
  return (
    <>
      <title>Recordings · Sluice</title>
      {error && <ServerBanner error={error} answeredAt={dataUpdatedAt} />}
      {items === undefined && !error && <Skeleton height={96} radius="lg" />}
      {items?.length === 0 && <NothingKept />}
      {items !== undefined && items.length > 0 && <DvrList items={items} />}
    </>
  )
}

function DvrList({ items }: { items: readonly DvrStatus[] }) {
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0)
  const count = items.length === 1 ? '1 stream' : `${formatCount(items.length)} streams`
  return (
    <>
      <div className={css.head}>
        <h1>Recordings</h1>
        <p>{`${count} that can be rewound · ${formatBytes(bytes)}`}</p>
      </div>
      <ul className={css.list}>
        {items.map(item => (
          <DvrRow key={item.stream} dvr={item} />
        ))}
      </ul>
    </>
  )
}

function NothingKept() {
  return (
    <section className={css.empty}>
      <span className={css.emptyIcon}>
        <Icon name="record" size={28} />
      </span>
      <h1>Nothing is kept yet</h1>
      <p>
        With <code>--dvr-all</code>, or <code>dvr: true</code> for some streams under <code>paths:</code>, streams can
        be rewound on their page, and are listed here.
      </p>
    </section>
  )
}
