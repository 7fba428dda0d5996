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
