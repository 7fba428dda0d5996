import { Button } from '@mantine/core'
import { useSessionEnd } from '../api/queries.ts'
import { ApiError, type Subscriber } from '../api/sluice-api.ts'
import css from './table.module.css'

/** Address and port: parts of the server, and relays, are called otherwise. */
const address = /^[\da-f.:]+:\d+$/i

/** Disconnects a viewer. */
export function ViewerRemoval({ stream, viewer }: { stream: string; viewer: Subscriber }) {
  const { mutate, isPending, error } = useSessionEnd(stream)
  if (!address.test(viewer.peer)) return null
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={isPending}
        aria-label={`Disconnect ${viewer.peer}`}
        onClick={() => mutate(viewer.id)}
      >
        Disconnect
      </Button>
      {error && (
        <span className={css.soft} role="alert">
          {error instanceof ApiError ? error.message : 'The server does not answer.'}
        </span>
      )}
    </>
  )
}
