import { useEffect, useState } from 'react'
import { copyText } from './copy-text.ts'

export type CopyOutcome = 'none' | 'copied' | 'refused'

const shownMs = 2000

/** Copies, and tells for a moment how it went. */
export function useCopy(text: string): { readonly outcome: CopyOutcome; readonly copy: () => void } {
  const [outcome, setOutcome] = useState<CopyOutcome>('none')
  useEffect(() => {
    if (outcome === 'none') return
    const timer = setTimeout(() => setOutcome('none'), shownMs)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = () => void copyText(text).then(copied => setOutcome(copied ? 'copied' : 'refused'))
  return { outcome, copy }
}
