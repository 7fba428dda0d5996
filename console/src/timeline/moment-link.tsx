import { type CopyOutcome, useCopy } from '../shell/use-copy.ts'
import css from './timeline.module.css'

const words: Readonly<Record<CopyOutcome, string>> = {
  none: 'Copy link',
  copied: 'Copied',
  refused: 'The browser refuses',
}

/** Copies the address of the page that plays from this moment on. */
export function MomentLink({ url }: { url: string }) {
  const { outcome, copy } = useCopy(url)
  return (
    <button type="button" className={css.button} title="Copy a link to this moment" onClick={copy}>
      {words[outcome]}
    </button>
  )
}
