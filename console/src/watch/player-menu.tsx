import { NativeSelect } from '@mantine/core'
import { type PlayerKind, playerNames } from './player-choice.ts'

type PlayerMenuProps = {
  readonly possible: readonly PlayerKind[]
  /** The one that plays. */
  readonly chosen: PlayerKind | undefined
  /** The one that the viewer wants; undefined leaves it to the page. */
  readonly wanted: PlayerKind | undefined
  /** Why `chosen` plays. */
  readonly reason: string | undefined
  readonly onChange: (wanted: PlayerKind | undefined) => void
}

const automatic = 'auto'

/** How the stream comes to this page. */
export function PlayerMenu({ possible, chosen, wanted, reason, onChange }: PlayerMenuProps) {
  const label = chosen === undefined ? 'Automatic' : `Automatic: ${playerNames[chosen]}`
  return (
    <NativeSelect
      size="xs"
      aria-label="Player"
      description={reason}
      inputWrapperOrder={['input', 'description']}
      data-testid="player-menu"
      data-player={chosen}
      value={wanted ?? automatic}
      onChange={({ currentTarget: { value } }) => onChange(possible.find(kind => kind === value))}
      data={[
        { value: automatic, label: wanted === undefined ? label : 'Automatic' },
        ...possible.map(kind => ({ value: kind, label: playerNames[kind] })),
      ]}
    />
  )
}
