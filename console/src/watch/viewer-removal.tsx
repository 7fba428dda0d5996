import { Button } from '@mantine/core'
import { useSessionEnd } from '../api/queries.ts'
import type { Subscriber } from '../api/sluice-api.ts'
import { ActionError } from '../shell/action-error.tsx'

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
      <ActionError error={error} />
    </>
  )
}
