import { useHooks } from '../api/queries.ts'
import type { HookStatus } from '../api/sluice-api.ts'
import { formatCount } from '../format/quantity.ts'
import { EmptyPage } from '../shell/empty-page.tsx'
import { ListPage } from '../shell/list-page.tsx'
import { HookRow } from './hook-row.tsx'

/** Who is told what happens, and how that goes. */
export function HooksPage() {
  const { data: items, error, dataUpdatedAt } = useHooks()
  return (
    <ListPage
      title="Hooks"
      items={items}
      error={error}
      answeredAt={dataUpdatedAt}
      summary={summarize}
      renderRow={hook => <HookRow key={hook.name} hook={hook} />}
      empty={
        <EmptyPage icon="bell" title="Nobody is told yet">
          <p>
            Hooks under <code>hooks:</code> in the configuration file, or made with <code>PUT /api/v1/hooks/NAME</code>,
            are told what happens and are listed here.
          </p>
        </EmptyPage>
      }
    />
  )
}

function summarize(items: readonly HookStatus[]): string {
  const waiting = items.reduce((sum, { queued }) => sum + queued, 0)
  const count = items.length === 1 ? '1 receiver of events' : `${formatCount(items.length)} receivers of events`
  return waiting === 0 ? count : `${count} · ${formatCount(waiting)} events wait`
}
