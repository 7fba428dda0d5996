import { ApiError } from '../api/sluice-api.ts'
import css from './action-error.module.css'

/** Why what was wanted was not done, if it was not. */
export function ActionError({ error }: { error: Error | null }) {
  if (error === null) return null
  return (
    <span className={css.error} role="alert">
      {error instanceof ApiError ? error.message : 'The server does not answer.'}
    </span>
  )
}
