import { ApiError } from '../api/sluice-api.ts'
import { formatDuration } from '../format/duration.ts'
import { Icon } from './icon.tsx'
import css from './server-banner.module.css'
import { useNow } from './use-now.ts'

/** Says that what the page shows is old, and how old. `answeredAt` is 0 if the server never answered. */
export function ServerBanner({ error, answeredAt }: { error: Error; answeredAt: number }) {
  const now = useNow()
  const age = answeredAt === 0 ? undefined : formatDuration((now - answeredAt) / 1000)
  return (
    <div className={css.banner} role="alert" data-testid="server-banner">
      <Icon name="alert" size={20} />
      <p>
        <strong>{explain(error)}</strong> {age === undefined ? '' : `Numbers are ${age} old. `}
        {nextStep(error)}
      </p>
    </div>
  )
}

/** Who may not look although nobody was asked for credentials has nothing to sign in with. */
function nextStep(error: Error): string {
  if (!(error instanceof ApiError && error.isDenied)) return 'Trying again every two seconds.'
  return error.status === 401 ? 'Reload the page to sign in.' : ''
}

function explain(error: Error): string {
  return error instanceof ApiError ? `The server refused: ${error.message}.` : 'The server does not answer.'
}
