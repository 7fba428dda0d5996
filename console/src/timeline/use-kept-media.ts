import { useMemo, useState } from 'react'
import { useDvr } from '../api/queries.ts'
import { useNow } from '../shell/use-now.ts'
import { grown, type KeptMedia, readKept } from './kept-media.ts'

/** Segments come every few seconds. Where none has come for longer, the stream stands still. */
const longestGrowth = 10_000

/** What is kept of a stream at this moment; `undefined` if that is nothing. Its end moves on between two answers. */
export function useKeptMedia(name: string): KeptMedia | undefined {
  const { data } = useDvr(name)
  const now = useNow()
  const kept = useMemo(() => (data ? readKept(data) : undefined), [data])
  const newest = kept?.span.to
  const [seen, setSeen] = useState({ newest, since: now })
  if (seen.newest !== newest) setSeen({ newest, since: now })
  return kept && grown(kept, Math.min(longestGrowth, Math.max(0, now - seen.since)))
}
