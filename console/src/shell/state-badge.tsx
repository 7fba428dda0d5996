import type { StreamState } from '../api/sluice-api.ts'
import css from './state-badge.module.css'

const names: Readonly<Record<StreamState, string>> = { live: 'Live', waiting: 'Waiting', offline: 'Offline' }

export function StateBadge({ state }: { state: StreamState }) {
  return (
    <span className={css.badge} data-state={state}>
      {names[state]}
    </span>
  )
}

export function RecordingBadge() {
  return (
    <span className={css.badge} data-state="recording">
      Recording
    </span>
  )
}
