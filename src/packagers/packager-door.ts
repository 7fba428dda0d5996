import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../contracts/clock.ts'
import type { UnroutedRequest } from '../contracts/http-routes.ts'
import type { NumberRange, SegmentArchive, StreamArchive } from '../contracts/segments.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { PackagerSet } from './packager-set.ts'
import { Patience } from './patience.ts'
import type { PublisherWait } from './publisher-wait.ts'
import type { Rendition } from './rendition.ts'
import type { StreamForm } from './stream-form.ts'
import type { StreamPackager } from './stream-packager.ts'
import type { ViewerSession } from './viewer-session.ts'
import type { UnroutedVisit, ViewerSessions, Visit } from './viewer-sessions.ts'
import { Wait } from './wait-list.ts'

export type PackagerDoorOptions = {
  readonly packagers: PackagerSet
  readonly sessions: ViewerSessions
  /** What is kept of streams. */
  readonly archive: SegmentArchive
  readonly publishers: PublisherWait
  readonly registry: StreamRegistry
  readonly clock: Clock
}

/** A viewer who was let in, and what there is for them. */
export type Entry = { readonly session: ViewerSession; readonly packager: StreamPackager }

/** The same for whoever asks for pieces, of what is made now and of what is kept. One of the two is there. */
export type PieceEntry = {
  readonly session: ViewerSession
  readonly packager: StreamPackager | undefined
  readonly archive: StreamArchive | undefined
}

/** The same for whoever asks for what is kept. */
export type ArchiveEntry = { readonly session: ViewerSession; readonly archive: StreamArchive }

/** The same for whoever asks for keys, with the numbers of the segments that there are. */
export type KeyEntry = { readonly session: ViewerSession; readonly numbers: NumberRange }
/** Who waits for a rendition, and how long at most. */
export type UnroutedWait = {
  readonly request: UnroutedRequest
  readonly rendition: Rendition
  readonly longest: Milliseconds
}

/** A first request waits so long for the first segment. */
const firstSegmentTimeout: Milliseconds = 15_000

/** How requests get at the segments of a stream: viewers are let in, packagers started, and what is to come waited for. */
export class PackagerDoor {
  readonly #options: PackagerDoorOptions

  constructor(options: PackagerDoorOptions) {
    this.#options = options
  }

  /** True if somebody publishes a stream of that name. */
  isLive(name: string): boolean {
    return this.#options.registry.getLive(name) !== undefined
  }

  /**
   * For whoever asks what there is: a packager that has a first segment. It is started if it does not run, and its stream
   * waited for if the request wants that.
   *
   * @throws {DeniedError} As the gate has it.
   * @throws {RequestError} 404 if nobody publishes the stream, 503 if that may change, or nothing came that could be packaged.
   */
  async enter(visit: Visit, reply: FastifyReply, form: StreamForm): Promise<Entry> {
    const { sessions, packagers } = this.#options
    const { request, stream: name } = visit
    const session =
      sessions.find(visit) ??
      (await sessions.admit(visit, () => this.#streamOf(request, packagers.find(name, form), name)))
    const packager = this.#running(name, form) ?? packagers.open(await this.#streamOf(request, undefined, name), form)
    if (!packager.isEnded) session.watch(packager.stream)
    if (!isReady(packager)) await this.#untilReady(packager, reply, form)
    return { session, packager }
  }

  /**
   * For whoever asks for a piece of a stream.
   *
   * @throws {DeniedError} As the gate has it. @throws {RequestError} 404 if the stream is neither packaged nor kept, 503 if
   *   it may have been before the server was started: a player asks again, and has a new list by then.
   */
  async enterRunning(visit: Visit, form: StreamForm): Promise<PieceEntry> {
    const { sessions, packagers, archive, publishers } = this.#options
    const { request, stream: name } = visit
    const find = (): Pick<PieceEntry, 'packager' | 'archive'> => {
      const found = { packager: packagers.find(name, form), archive: archive.find(name) }
      if (found.packager !== undefined || found.archive !== undefined) return found
      throw nothingThere(name, publishers.isEarly(name))
    }
    const open = async (): Promise<Stream | undefined> => {
      const running = packagers.find(name, form)
      if (running === undefined && archive.find(name) === undefined && publishers.isEarly(name)) {
        await publishers.untilLive(request, name)
      }
      return find().packager?.stream
    }
    const session = sessions.find(visit) ?? (await sessions.admit(visit, open))
    return { session, ...find() }
  }

  /**
   * For whoever asks for a key of a stream.
   *
   * @throws {DeniedError} As the gate has it. @throws {RequestError} 404 if the stream is neither packaged nor kept.
   */
  async enterKeys(visit: Visit): Promise<KeyEntry> {
    const { sessions, packagers, archive, registry, publishers } = this.#options
    const { stream: name } = visit
    const find = (): NumberRange => {
      const ranges = [packagers.numbersOf(name), archive.find(name)?.numbers].filter(range => range !== undefined)
      if (ranges.length === 0) throw nothingThere(name, publishers.isEarly(name))
      return { first: Math.min(...ranges.map(({ first }) => first)), last: Math.max(...ranges.map(({ last }) => last)) }
    }
    const live = (): Stream | undefined => (find(), registry.getLive(name))
    const session = sessions.find(visit) ?? (await sessions.admit(visit, async () => live()))
    return { session, numbers: find() }
  }

  /**
   * For whoever asks what is kept of a stream.
   *
   * @throws {DeniedError} As the gate has it. @throws {RequestError} 404 if nothing is.
   */
  async enterArchive(visit: Visit): Promise<ArchiveEntry> {
    const { sessions, archive, registry } = this.#options
    const find = (): StreamArchive => {
      const found = archive.find(visit.stream)
      if (found !== undefined) return found
      throw new RequestError(404, `Cannot rewind ${visit.stream}: nothing is kept of it`)
    }
    const live = (): Stream | undefined => find() && registry.getLive(visit.stream)
    const session = sessions.find(visit) ?? (await sessions.admit(visit, async () => live()))
    const stream = live()
    if (stream !== undefined) session.watch(stream)
    return { session, archive: find() }
  }

  /** The same for whoever was let in before, if the stream is packaged: nothing is waited for. */
  known(visit: UnroutedVisit, form: StreamForm): Entry | undefined {
    const { sessions, packagers } = this.#options
    const session = sessions.find(visit)
    const packager = session && packagers.find(visit.stream, form)
    return packager && { session, packager }
  }

  /**
   * Call back once, maybe at once: when something is so, nothing more will come, or `longest` is over; not if the client goes away before.
   * A thousand requests wait for one part, again and again: there is no promise in it.
   */
  callWhen({ request, rendition, longest }: UnroutedWait, isSo: () => boolean, onOver: () => void): void {
    const { waiting } = rendition
    const wait = new Wait(
      () => isSo() || rendition.isOver,
      () => finish(),
    )
    if (wait.isSo()) return onOver()
    const settle = (): void => {
      waiting.delete(wait)
      timer.cancel()
      forget()
    }
    const finish = (): void => {
      waiting.delete(wait)
      onOver()
      // Behind the answers to others: a thousand leave in one go, and wait for nothing but theirs.
      queueMicrotask(settle)
    }
    const timer = this.#options.clock.after(longest, finish)
    const forget = request.onGone(settle)
    waiting.add(wait)
  }

  /** Wait until something is so, or the stream has ended. False if `longest` or the server is over before. */
  async wait(reply: FastifyReply, rendition: Rendition, isSo: () => boolean, longest: Milliseconds): Promise<boolean> {
    if (isSo() || rendition.isEnded) return true
    using patience = new Patience(reply, this.#options.clock, longest)
    await rendition.until(isSo, patience)
    return isSo() || rendition.isEnded
  }

  /** The packager, unless its stream has ended and somebody publishes it again. */
  #running(name: string, form: StreamForm): StreamPackager | undefined {
    const running = this.#options.packagers.find(name, form)
    return running?.isEnded === true && this.isLive(name) ? undefined : running
  }

  async #streamOf(request: FastifyRequest, packager: StreamPackager | undefined, name: string): Promise<Stream> {
    const { publishers, registry } = this.#options
    const known = registry.getLive(name) ?? packager?.stream
    if (known !== undefined) return known
    return publishers.untilLive(request, name)
  }

  async #untilReady(packager: StreamPackager, reply: FastifyReply, form: StreamForm): Promise<void> {
    using patience = new Patience(reply, this.#options.clock, firstSegmentTimeout)
    await packager.until(() => isReady(packager), patience)
    if (packager.renditions.length > 0) return
    const { name } = packager.stream
    throw new RequestError(503, `Cannot play ${name}: nothing has come yet that ${form.label} can carry`)
  }
}

function nothingThere(name: string, isEarly: boolean): RequestError {
  const when = isEarly ? 'yet, and the server has just started' : 'now'
  return new RequestError(isEarly ? 503 : 404, `Cannot play ${name}: there is nothing of it ${when}`)
}

/** A rendition without a segment is not waited for where another has so many: the second may be a moment ahead. */
const mostAhead = 3

/** One complete segment of each rendition says what there is, and how long segments are. */
export function isReady({ renditions, isOpening }: StreamPackager): boolean {
  const isAhead = renditions.some(({ kept }) => kept[mostAhead - 1]?.isComplete === true)
  const isThere = renditions.length > 0 && renditions.every(({ kept }) => kept[0]?.isComplete === true)
  return isAhead || (isThere && !isOpening)
}
