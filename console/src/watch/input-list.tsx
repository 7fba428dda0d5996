import { Button } from '@mantine/core'
import { useInputSwitch } from '../api/queries.ts'
import type { Input, Inputs } from '../api/sluice-api.ts'
import { formatBitrate } from '../format/quantity.ts'
import { ActionError } from '../shell/action-error.tsx'
import { inputWords } from './input-words.ts'
import css from './table.module.css'
import { TablePanel } from './table-panel.tsx'

const columns = [{ name: 'Input' }, { name: 'State' }, { name: 'Bitrate', isNumber: true }, { name: 'Choose' }]

/** Where the stream comes from, and the way to choose. */
export function InputList({ stream, inputs: { items, pinned } }: { stream: string; inputs: Inputs }) {
  const { mutate, isPending, error } = useInputSwitch(stream)
  return (
    <TablePanel
      title="Inputs"
      columns={columns}
      rows={items}
      renderRow={input => (
        <InputRow
          key={input.number}
          input={input}
          isPinned={pinned === input.number}
          isPending={isPending}
          onChoose={mutate}
        />
      )}
    >
      <ActionError error={error} />
    </TablePanel>
  )
}

type InputRowProps = {
  readonly input: Input
  readonly isPinned: boolean
  readonly isPending: boolean
  readonly onChoose: (input: number | null) => void
}

function InputRow({ input, isPinned, isPending, onChoose }: InputRowProps) {
  const { number, title, url, bitrate, lastError, onAir } = input
  return (
    <tr data-on-air={onAir}>
      <td>{title === '' ? url : title}</td>
      <td title={lastError ?? undefined}>{inputWords(input)}</td>
      <td className={css.number}>{formatBitrate(bitrate)}</td>
      <td>
        <Button
          size="compact-xs"
          variant="default"
          disabled={isPending}
          onClick={() => onChoose(isPinned ? null : number)}
        >
          {isPinned ? 'Let go' : 'Put on air'}
        </Button>
      </td>
    </tr>
  )
}
