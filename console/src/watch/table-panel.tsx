import type { ReactNode } from 'react'
import { formatCount } from '../format/quantity.ts'
import { Panel } from './panel.tsx'
import css from './table.module.css'

/** More rows than a person reads; the API has them all. */
const mostRows = 50

type Column = { readonly name: string; readonly isNumber?: boolean }

type TablePanelProps<Row> = {
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly renderRow: (row: Row) => ReactNode
  /** What stands below it. */
  readonly children?: ReactNode
}

/** A titled table, unless it would be empty. */
export function TablePanel<Row>({ title, columns, rows, renderRow, children }: TablePanelProps<Row>) {
  if (rows.length === 0) return null
  return (
    <Panel title={title}>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>{columns.map(heading)}</tr>
          </thead>
          <tbody>{rows.slice(0, mostRows).map(renderRow)}</tbody>
        </table>
      </div>
      {rows.length > mostRows && <p className={css.soft}>and {formatCount(rows.length - mostRows)} more</p>}
      {children}
    </Panel>
  )
}

function heading({ name, isNumber }: Column) {
  if (name === '') return <td key={name} />
  return (
    <th key={name} scope="col" className={isNumber ? css.number : undefined}>
      {name}
    </th>
  )
}
