import type { Publisher } from '../api/sluice-api.ts'
import { encoderName } from '../format/encoder-name.ts'
import css from './publisher-line.module.css'

/** Who feeds the stream: protocol, address and encoder. */
export function PublisherLine({ publisher }: { publisher: Publisher | null }) {
  if (publisher === null) return <p className={css.line}>Nobody publishes it now</p>
  const { protocol, peer, encoder } = publisher
  const facts = [protocol.toUpperCase(), peer, encoder && encoderName(encoder)].filter(Boolean)
  return <p className={css.line}>{facts.join(' · ')}</p>
}
