import { Skeleton } from '@mantine/core'
import { useHooks } from '../api/queries.ts'
import type { HookStatus } from '../api/sluice-api.ts'
import { formatCount } from '../format/quantity.ts'
import { ServerBanner } from '../shell/server-banner.tsx'
import { HookRow } from './hook-row.tsx'
import css from './hooks-page.module.css'

/** Who is told what happens, and how that goes. */
export function HooksPage() {
  const { data: items, error, dataUpdatedAt } = useHooks()
  return (
    <>
      <title>Hooks · Sluice</title>
      {error && <ServerBanner error={error} answeredAt={dataUpdatedAt} />}
      {items === undefined && !error && <Skeleton height={96} radius="lg" />}
      {items?.length === 0 && <NoHooks />}
      {items !== undefined && items.length > 0 && <HookList items={items} />}
    </>
  )
}

function HookList({ items }: { items: readonly HookStatus[] }) {
  const waiting = items.reduce((sum, { queued }) => sum + queued, 0)
  const count = items.length === 1 ? '1 receiver of events' : `${formatCount(items.length)} receivers of events`
  return (
    <>
      <div className={css.head}>
        <h1>Hooks</h1>
        <p>{waiting === 0 ? count : `${count} · ${formatCount(waiting)} events wait`}</p>
      </div>
      <ul className={css.list}>
        {items.map(hook => (
          <HookRow key={hook.name} hook={hook} />
        ))}
      </ul>
    </>
  )
}

function NoHooks() {
  return (
    <section className={css.empty}>
      <h1>Nobody is told yet</h1>
      <p>
        Hooks under <code>hooks:</code> in the configuration file, or made with <code>PUT /api/v1/hooks/NAME</code>, are
        told what happens and are listed here.
      </p>
    </section>
  )
}
