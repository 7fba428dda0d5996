import { Icon, type IconName } from './icon.tsx'
import css from './icon-button.module.css'

type IconButtonProps = {
  readonly icon: IconName
  readonly name: string
  readonly onClick: () => void
  readonly disabled?: boolean
  readonly small?: boolean
}

/** On the dark of the player. Where it cannot act it stays focusable, so that the focus of a keyboard is not lost. */
export function IconButton({ icon, name, onClick, disabled = false, small = false }: IconButtonProps) {
  return (
    <button
      type="button"
      className={css.button}
      data-small={small}
      aria-label={name}
      title={name}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      <Icon name={icon} size={small ? 16 : 20} />
    </button>
  )
}
