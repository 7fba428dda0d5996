import { ActionIcon, Tooltip } from '@mantine/core'
import { Fragment } from 'react'
import css from './copy-line.module.css'
import { Icon } from './icon.tsx'
import { type CopyOutcome, useCopy } from './use-copy.ts'

const hints: Readonly<Record<CopyOutcome, string>> = {
  none: 'Copy',
  copied: 'Copied',
  refused: 'The browser refuses: select the text and copy it',
}

/** A line of text that people take elsewhere, with a button that copies it. `label` says what it is. */
export function CopyLine({ label, text, hideLabel = false }: { label: string; text: string; hideLabel?: boolean }) {
  const { outcome, copy } = useCopy(text)
  return (
    <div className={css.line}>
      {!hideLabel && <span className={css.label}>{label}</span>}
      <code className={css.text}>{breakAfterSlashes(text)}</code>
      <Tooltip label={hints[outcome]} withArrow>
        <ActionIcon
          className={css.button}
          variant="subtle"
          color={outcome === 'copied' ? 'green' : 'gray'}
          aria-label={outcome === 'none' ? `Copy ${label}` : `${label}: ${hints[outcome]}`}
          onClick={copy}
        >
          <Icon name={outcome === 'copied' ? 'check' : 'copy'} size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

/** Lets a long address continue on the next line after a slash rather than in the middle of a word. */
function breakAfterSlashes(text: string) {
  return text.split(/(?<=[^/]\/)(?=[^/])/).map((part, at) => (
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}
