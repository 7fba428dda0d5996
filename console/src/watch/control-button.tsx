import { Icon, type IconName } from '../shell/icon.tsx'
import css from './control-button.module.css'

type ControlButtonProps = {
  readonly icon: IconName
  readonly name: string
  readonly onClick: () => void
  readonly disabled?: boolean
}

export function ControlButton({ icon, name, onClick, disabled = false }: ControlButtonProps) {
  return (
    <button type="button" className={css.button} aria-label={name} title={name} disabled={disabled} onClick={onClick}>
      <Icon name={icon} size={20} />
    </button>
  )
}
