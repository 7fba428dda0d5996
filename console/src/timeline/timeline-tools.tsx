import { Icon } from '../shell/icon.tsx'
import { type Zoom, zooms } from './time-view.ts'
import css from './timeline.module.css'

type ZoomButtonsProps = { readonly zoom: Zoom; readonly onChange: (zoom: Zoom) => void }

export function ZoomButtons({ zoom, onChange }: ZoomButtonsProps) {
  return (
    <div className={css.buttons} role="group" aria-label="Time that is shown">
      {zooms.map(one => (
        <button
          key={one.name}
          type="button"
          className={css.button}
          aria-pressed={one === zoom}
          aria-label={one.label}
          onClick={() => onChange(one)}
        >
          {one.name}
        </button>
      ))}
    </div>
  )
}

type LeafButtonProps = {
  readonly icon: 'back' | 'forward'
  readonly name: string
  readonly disabled: boolean
  readonly onClick: () => void
}

/** Leafs in time. Where there is nothing more it stays focusable, so that the focus of a keyboard is not lost. */
export function LeafButton({ icon, name, disabled, onClick }: LeafButtonProps) {
  return (
    <button
      type="button"
      className={css.button}
      aria-label={name}
      title={name}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      <Icon name={icon} size={16} />
    </button>
  )
}
