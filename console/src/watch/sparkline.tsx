import css from './sparkline.module.css'
import { sparklinePath } from './sparkline-path.ts'

const width = 300
const height = 40

/** The recent past of a rate. Decoration: the number stands beside it. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const line = sparklinePath(values, width, height)
  return (
    <svg
      className={css.sparkline}
      viewBox={`0 -2 ${width} ${height + 4}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {line !== '' && <path className={css.area} d={`${line}L${width} ${height}L0 ${height}Z`} />}
      {line !== '' && <path className={css.line} d={line} />}
    </svg>
  )
}
