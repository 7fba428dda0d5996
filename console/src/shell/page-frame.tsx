import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useServer } from '../api/queries.ts'
import { ColorSchemeSwitch } from './color-scheme-switch.tsx'
import logo from './favicon.svg'
import css from './page-frame.module.css'

/** What every page has around it. */
export function PageFrame({ children }: { children: ReactNode }) {
  const { data: server } = useServer()
  return (
    <>
      <a className={css.skip} href="#main">
        Skip to content
      </a>
      <header className={css.header}>
        <Link href="/" className={css.brand} aria-label="Sluice, all streams">
          <img src={logo} alt="" width={28} height={28} />
          <span>Sluice</span>
        </Link>
        {server && <span className={css.version}>{server.version}</span>}
        <nav className={css.nav} aria-label="Site">
          <Link href="/recordings">Recordings</Link>
          <Link href="/hooks">Hooks</Link>
          <a href="/api/docs">API</a>
          <ColorSchemeSwitch />
        </nav>
      </header>
      <main id="main" className={css.main} tabIndex={-1}>
        {children}
      </main>
    </>
  )
}
