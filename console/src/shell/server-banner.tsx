import { ApiError } from '../api/sluice-api.ts'
import { formatDuration } from '../format/duration.ts'
import { Icon } from './icon.tsx'
import css from './server-banner.module.css'
import { useNow } from './use-now.ts'

/** Says that what the page shows is old, and how old. `answeredAt` is 0 if the server never answered. */
export function ServerBanner({ error, answeredAt }: { error: Error; answeredAt: number }) {
  const now = useNow()
  const isDenied = error instanceof ApiError && error.isDenied
  const next = isDenied ? 'Reload the page to sign in.' : 'Trying again every two seconds.'
  const age = answeredAt === 0 ? undefined : formatDuration((now - answeredAt) / 1000)
  return (
    <div className={css.banner} role="alert" data-testid="server-banner">
      <Icon name="alert" size={20} />
      <p>
        <strong>{explain(error)}</strong> {age === undefined ? next : `Numbers are ${age} old. ${next}`}
      </p>
    </div>
  )
}

function explain(error: Error): string {
  return error instanceof ApiError ? `The server refused: ${error.message}.` : 'The server does not answer.'
}
