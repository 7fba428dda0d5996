import { Button } from '@mantine/core'
import { useRecordingSwitch } from '../api/queries.ts'
import type { StreamStatus } from '../api/sluice-api.ts'
import { ActionError } from '../shell/action-error.tsx'
import { Icon } from '../shell/icon.tsx'

/** Starts the recording of what is live, or ends it. Whether it goes on is told by the badge beside. */
export function RecordButton({ stream: { name, recording } }: { stream: StreamStatus }) {
  const { mutate, isPending, error } = useRecordingSwitch(name)
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<Icon name={recording ? 'stop' : 'record'} size={15} />}
        loading={isPending}
        onClick={() => mutate(!recording)}
      >
        {recording ? 'Stop recording' : 'Record'}
      </Button>
      <ActionError error={error} />
    </>
  )
}
