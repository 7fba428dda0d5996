import type { KeptBytes } from '../contracts/segments.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds, Ticks } from '../core/units.ts'
import type { SegmentFile } from './file-name.ts'
import type { Period } from './period.ts'
import type { Rendition } from './rendition.ts'
import type { SegmentEncryption } from './segment-encryption.ts'

/** A piece that comes next is waited for; one that is further ahead is not. */
export const longestWait: Milliseconds = 10_000

/** What its viewer plays, unless it is known already: only DASH calls segments by their times. */
export function protocolOf({ type }: SegmentFile): string {
  return type === 'time' ? 'dash' : 'hls'
}

/** True for what is not there yet, and comes as soon as anything comes. */
export function isNext({ newest }: Rendition, number: number): boolean {
  if (newest === undefined) return false
  return newest.isComplete ? number === newest.number + 1 : number === newest.number || number === newest.number + 1
}

/** The same for a segment that is called by its time. */
export function isNextTime({ newest, targetDuration }: Rendition, time: Ticks): boolean {
  if (newest === undefined) return false
  return time > newest.time && time <= newest.time + 2 * targetDuration * newest.timescale
}

/**
 * A part, which may be one that was hinted at. One that comes in another period needs another initialisation segment than the
 * player has, so it is not what was asked for.
 */
export class AwaitedPart {
  readonly #rendition: Rendition
  readonly #number: number
  readonly #part: number
  readonly #period: Period | undefined

  constructor(rendition: Rendition, { number, part }: SegmentFile & { readonly type: 'part' }) {
    this.#rendition = rendition
    this.#number = number
    this.#part = part
    this.#period = (rendition.find(number) ?? rendition.newest)?.period
  }

  /** True if there is nothing to wait for. */
  get isSettled(): boolean {
    return this.#rendition.has(this.#number, this.#part) || this.#rendition.isInterrupted
  }

  get bytes(): Uint8Array | undefined {
    const segment = this.#rendition.find(this.#number)
    return segment?.period === this.#period ? segment?.parts[this.#part]?.bytes : undefined
  }
}

export function missing(path: string): RequestError {
  return new RequestError(404, `Cannot send ${path}: there is no such segment, or it is there no more`)
}

/** True for media that are asked for in the clear, and were not made to be sent so. */
export function isExposed(file: SegmentFile, rendition: Rendition | undefined): boolean {
  if (file.type === 'init' || (file.type === 'segment' && file.key !== undefined)) return false
  const segment = file.type === 'time' ? rendition?.findAt(file.time) : rendition?.find(file.number)
  return segment === undefined || segment.key !== undefined
}

/** What makes of a file what is sent of it, as a whole or piece by piece. */
type FileCipher = {
  readonly whole: (bytes: Uint8Array) => Uint8Array
  readonly pieces: (bytes: KeptBytes) => KeptBytes
}

const inTheClear: FileCipher = { whole: bytes => bytes, pieces: bytes => bytes }

/** `unknown` if its key is. */
export function cipherFor(encryption: SegmentEncryption, stream: string, file: SegmentFile): FileCipher | 'unknown' {
  if (file.type !== 'segment' || file.key === undefined) return inTheClear
  const key = encryption.keyOfSegment(stream, file.number, file.key)
  if (key === undefined) return 'unknown'
  return {
    whole: bytes => encryption.encrypt(bytes, file, key),
    pieces: bytes => encryption.encryptPieces(bytes, file, key),
  }
}
