import { Button, Popover } from '@mantine/core'
import { useState } from 'react'
import { useDvrRemoval } from '../api/queries.ts'
import type { DvrStatus } from '../api/sluice-api.ts'
import { formatBytes } from '../format/quantity.ts'
import { ActionError } from '../shell/action-error.tsx'
import css from './dvr-removal.module.css'

/** Deletes what is kept of a stream, once it was said twice. */
export function DvrRemoval({ dvr: { stream, bytes, active } }: { dvr: DvrStatus }) {
  const { mutate, isPending, error } = useDvrRemoval(stream)
  const [isAsked, setAsked] = useState(false)
  const remove = () => {
    setAsked(false)
    mutate()
  }
  return (
    <>
      <Popover opened={isAsked} onChange={setAsked} position="bottom-end" withArrow trapFocus shadow="md">
        <Popover.Target>
          <Button size="xs" variant="default" loading={isPending} onClick={() => setAsked(!isAsked)}>
            Delete…
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={`Delete the recording of ${stream}`}>
          <p className={css.question}>
            {`Delete ${formatBytes(bytes)} of ${stream} for good?`}
            {active && ' What comes from now on is kept.'}
          </p>
          <div className={css.answers}>
            <Button size="xs" variant="default" onClick={() => setAsked(false)}>
              Keep
            </Button>
            <Button size="xs" color="red" onClick={remove}>
              Delete
            </Button>
          </div>
        </Popover.Dropdown>
      </Popover>
      <ActionError error={error} />
    </>
  )
}
