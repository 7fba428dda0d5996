import { useMutation } from '@tanstack/react-query'
import { readRefusal } from '../api/sluice-api.ts'
import { formatDuration } from '../format/duration.ts'
import css from './clip-panel.module.css'
import { formatMoment, type TimeSpan } from './wall-time.ts'

type ClipPanelProps = {
  readonly clip: TimeSpan
  /** Newest time that is kept: other days than its own are told. */
  readonly newest: number
  /** Where the file is. */
  readonly url: string
  readonly onClose: () => void
}

/** What the clip is, and the way to have it. */
export function ClipPanel({ clip: { from, to }, newest, url, onClose }: ClipPanelProps) {
  const {
    mutate,
    isPending,
    data: refusal,
    error,
  } = useMutation({
    mutationFn: async () => {
      const reason = await readRefusal(url)
      if (reason === undefined) download(url)
      return reason
    },
    networkMode: 'always',
  })
  const trouble = error ? 'The server does not answer.' : refusal
  return (
    <div className={css.panel} role="group" aria-label="Clip">
      <p className={css.text}>
        {formatMoment(from, newest)} – {formatMoment(to, newest)}
        <span className={css.soft}> · {formatDuration((to - from) / 1000)}</span>
      </p>
      {trouble !== undefined && (
        <p className={css.trouble} role="alert">
          {trouble}
        </p>
      )}
      <button type="button" className={css.save} disabled={isPending} onClick={() => mutate()}>
        Download MP4
      </button>
      <button type="button" className={css.cancel} onClick={onClose}>
        Cancel
      </button>
    </div>
  )
}

/** The server names the file. */
function download(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
