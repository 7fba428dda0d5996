import type { ReactNode } from 'react'
import css from './fact.module.css'

/** One named value of a `<dl>`. */
export function Fact({ name, children, testId }: { name: string; children: ReactNode; testId?: string }) {
  return (
    <div className={css.fact}>
      <dt className={css.name}>{name}</dt>
      <dd className={css.value} data-testid={testId}>
        {children ?? <span className={css.unknown}>–</span>}
      </dd>
    </div>
  )
}
