import { Icon, type IconName } from '../shell/icon.tsx'
import css from './control-button.module.css'

type ControlButtonProps = {
  readonly icon: IconName
  readonly name: string
  readonly onClick: () => void
  readonly disabled?: boolean
}

/** A button that cannot act now stays focusable: the focus of a keyboard must not fall out of the player. */
export function ControlButton({ icon, name, onClick, disabled = false }: ControlButtonProps) {
  return (
    <button
      type="button"
      className={css.button}
      aria-label={name}
      title={name}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      <Icon name={icon} size={20} />
    </button>
  )
}
