import type { Clock } from '../../contracts/clock.ts'
import type { Log } from '../../contracts/log.ts'
import type { SegmentArchive, StreamArchive } from '../../contracts/segments.ts'
import { RequestError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Rewinder, RewindStart } from '../../hub/rewinder.ts'
import type { Stream } from '../../hub/stream.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { KeptFrames } from './kept-frames.ts'
import { Rewinding } from './rewinding.ts'

export type RewindersOptions = {
  readonly archive: SegmentArchive
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly log: Log
  /** Who may rewind at once. */
  readonly maxRewinders: number
}

/** Since the start. */
type RewindTotals = { rewinds: number; refused: number }

/** Clocks of players may be ahead of ours by this. */
const tolerance: Milliseconds = 1000

/** Everybody who plays what is kept as a stream. */
export class Rewinders implements Rewinder {
  readonly totals: RewindTotals = { rewinds: 0, refused: 0 }
  readonly #options: RewindersOptions
  readonly #open = new Set<Rewinding>()
  /** Those for whom the first frames are being read. */
  #opening = 0

  constructor(options: RewindersOptions) {
    this.#options = options
  }

  get activeCount(): number {
    return this.#open.size + this.#opening
  }

  async open(name: string, start: RewindStart, info: PeerInfo): Promise<Stream> {
    const archive = this.#archiveOf(name, start)
    const { maxRewinders } = this.#options
    if (this.activeCount >= maxRewinders) {
      this.totals.refused++
      throw new RequestError(503, `Cannot rewind ${name}: no more than ${maxRewinders} may do so at once`)
    }
    this.#opening++
    try {
      await archive.untilListed(start.at)
      return await this.#rewind(archive, start, info)
    } finally {
      this.#opening--
    }
  }

  /** Idempotent. */
  close(): void {
    for (const rewinding of [...this.#open]) rewinding.close('shutdown')
  }

  async #rewind(archive: StreamArchive, { at, speed }: RewindStart, info: PeerInfo): Promise<Stream> {
    const { registry, clock } = this.#options
    // Nothing is before it, and it would be looked for in ever longer spans.
    const begin = Math.max(at, archive.span?.from ?? at)
    const kept = new KeptFrames(archive, begin)
    const first = await kept.next()
    if (first === undefined) throw nothingKept(archive)
    const log = this.#options.log.child({ connection: info.id, peer: info.peer, stream: archive.stream })
    const lead = Math.max(0, at - first.begin)
    const onClosed = (): void => void this.#open.delete(rewinding)
    const rewinding: Rewinding = new Rewinding({
      info,
      archive,
      kept,
      first,
      lead,
      speed,
      registry,
      clock,
      log,
      onClosed,
    })
    this.#open.add(rewinding)
    this.totals.rewinds++
    return rewinding.stream
  }

  #archiveOf(name: string, { at }: RewindStart): StreamArchive {
    const archive = this.#options.archive.find(name)
    if (archive === undefined) throw new RequestError(404, `Cannot rewind ${name}: nothing is kept of it`)
    const newest = archive.isGrowing ? this.#options.clock.wall() + tolerance : (archive.span?.to ?? 0)
    if (archive.span === undefined || at > newest) throw nothingKept(archive)
    return archive
  }
}

function nothingKept({ stream, span }: StreamArchive): RequestError {
  const told = span && `${new Date(span.from).toISOString()} to ${new Date(span.to).toISOString()}`
  const reason = told === undefined ? 'nothing is kept of it now' : `it is kept from ${told}`
  return new RequestError(404, `Cannot rewind ${stream}: ${reason}`)
}
