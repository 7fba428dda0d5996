import { Button } from '@mantine/core'
import { useInputSwitch } from '../api/queries.ts'
import { ApiError, type Input, type Inputs } from '../api/sluice-api.ts'
import { formatBitrate } from '../format/quantity.ts'
import { inputWords } from './input-words.ts'
import { Panel } from './panel.tsx'
import css from './table.module.css'

/** Where the stream comes from, and the way to choose. */
export function InputList({ stream, inputs }: { stream: string; inputs: Inputs }) {
  const { mutate, isPending, error } = useInputSwitch(stream)
  return (
    <Panel title="Inputs">
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Input</th>
              <th scope="col">State</th>
              <th scope="col" className={css.number}>
                Bitrate
              </th>
              <th scope="col">Choose</th>
            </tr>
          </thead>
          <tbody>
            {inputs.items.map(input => (
              <InputRow
                key={input.number}
                input={input}
                isPinned={inputs.pinned === input.number}
                isPending={isPending}
                onChoose={mutate}
              />
            ))}
          </tbody>
        </table>
      </div>
      {error && (
        <p className={css.soft} role="alert">
          {error instanceof ApiError ? error.message : 'The server does not answer.'}
        </p>
      )}
    </Panel>
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
