import type { ReactNode } from 'react'
import css from './empty-page.module.css'
import { Icon, type IconName } from './icon.tsx'

type EmptyPageProps = { readonly icon: IconName; readonly title: string; readonly children: ReactNode }

/** Says that there is nothing yet, and how there will be something. */
export function EmptyPage({ icon, title, children }: EmptyPageProps) {
  return (
    <section className={css.page}>
      <span className={css.icon}>
        <Icon name={icon} size={28} />
      </span>
      <h1>{title}</h1>
      {children}
    </section>
  )
}
