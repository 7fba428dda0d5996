import { useDvrList } from '../api/queries.ts'
import type { DvrStatus } from '../api/sluice-api.ts'
import { formatBytes, formatCount } from '../format/quantity.ts'
import { EmptyPage } from '../shell/empty-page.tsx'
import { ListPage } from '../shell/list-page.tsx'
import { DvrRow } from './dvr-row.tsx'

/** What is kept of streams to be rewound. */
export function RecordingsPage() {
  const { data: list, error, dataUpdatedAt } = useDvrList()
  // Streams of which everything was removed stay in the list until the server restarts.
  const items = list?.filter(({ from, active }) => from !== null || active)
  return (
    <ListPage
      title="Recordings"
      items={items}
      error={error}
      answeredAt={dataUpdatedAt}
      summary={summarize}
      renderRow={dvr => <DvrRow key={dvr.stream} dvr={dvr} />}
      empty={
        <EmptyPage icon="record" title="Nothing is kept yet">
          <p>
            With <code>--dvr-all</code>, or <code>dvr: true</code> for some streams under <code>paths:</code>, streams
            can be rewound on their page, and are listed here.
          </p>
        </EmptyPage>
      }
    />
  )
}

function summarize(items: readonly DvrStatus[]): string {
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0)
  const count = items.length === 1 ? '1 stream' : `${formatCount(items.length)} streams`
  return `${count} that can be rewound · ${formatBytes(bytes)}`
}
