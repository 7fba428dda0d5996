import { Link } from 'wouter'
import css from './not-found-page.module.css'

export function NotFoundPage() {
  return (
    <section className={css.page}>
      <title>Not found · Sluice</title>
      <p className={css.code}>404</p>
      <h1>There is no page here</h1>
      <p>
        A stream’s page is at <code>/watch/</code> and the stream’s name, for example{' '}
        <Link href="/watch/live/test">/watch/live/test</Link>.
      </p>
      <p>
        <Link href="/">All streams</Link>
      </p>
    </section>
  )
}
