import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { Fragment } from 'react'
import css from './copy-line.module.css'
import { Icon } from './icon.tsx'

/** A line of text that people take elsewhere, with a button that copies it. `label` says what it is. */
export function CopyLine({ label, text, hideLabel = false }: { label: string; text: string; hideLabel?: boolean }) {
  return (
    <div className={css.line}>
      {!hideLabel && <span className={css.label}>{label}</span>}
      <code className={css.text}>{breakAfterSlashes(text)}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'} withArrow>
            <ActionIcon
              className={css.button}
              variant="subtle"
              color={copied ? 'green' : 'gray'}
              aria-label={copied ? `${label} copied` : `Copy ${label}`}
              onClick={copy}
            >
              <Icon name={copied ? 'check' : 'copy'} size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
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
