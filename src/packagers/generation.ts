import { createHash } from 'node:crypto'
import type { Milliseconds } from '../core/units.ts'
import type { RenditionHead } from './rendition-head.ts'

/** Periods, one behind the other, that decoders take for one: their initialisation segments are the same. */
export type Generation = {
  /** No two that are kept at a time have the same. */
  readonly id: string
  /** Of all initialisation segments. */
  readonly digest: string
  /** Where its times count from, since the Unix epoch: not later than its first frame. */
  readonly start: Milliseconds
}

type Heads = ReadonlyMap<string, RenditionHead>

/**
 * What a new period belongs to.
 *
 * The first generation of a stream begins with the Unix epoch and is called by its digest. So a server that was started
 * anew goes on in the generation in which the one before it was killed, if the publisher is the same: to players, time
 * without media.
 *
 * @param start Of the period. @param kept Of the periods of which something is there, oldest first.
 */
export function generationOf(heads: Heads, start: Milliseconds, kept: readonly Generation[]): Generation {
  const digest = digestOf(heads)
  const last = kept.at(-1)
  if (last === undefined) return { id: digest, digest, start: 0 }
  if (last.digest === digest) return last
  const isTaken = kept.some(({ id }) => id === digest)
  return { id: isTaken ? `${digest}-${Math.floor(start)}` : digest, digest, start }
}

function digestOf(heads: Heads): string {
  const hash = createHash('sha256')
  for (const [name, { init }] of heads) hash.update(name).update(init ?? '')
  return hash.digest('base64url').slice(0, 16)
}
