import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import css from './list-page.module.css'
import { ServerBanner } from './server-banner.tsx'

type ListPageProps<Item> = {
  readonly title: string
  /** Undefined until the server has told. */
  readonly items: readonly Item[] | undefined
  readonly error: Error | null
  /** When the server answered last; 0 for never. */
  readonly answeredAt: number
  readonly summary: (items: readonly Item[]) => string
  readonly renderRow: (item: Item) => ReactNode
  /** Shown where there is nothing to list. */
  readonly empty: ReactNode
}

/** A page that lists what there is of one kind. */
export function ListPage<Item>({ title, items, error, answeredAt, summary, renderRow, empty }: ListPageProps<Item>) {
  return (
    <>
      <title>{`${title} · Sluice`}</title>
      {error && <ServerBanner error={error} answeredAt={answeredAt} />}
      {items === undefined && !error && <Skeleton height={96} radius="lg" />}
      {items?.length === 0 && empty}
      {items !== undefined && items.length > 0 && (
        <>
          <div className={css.head}>
            <h1>{title}</h1>
            <p>{summary(items)}</p>
          </div>
          <ul className={css.list}>{items.map(renderRow)}</ul>
        </>
      )}
    </>
  )
}
