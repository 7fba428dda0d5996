import { crc32 } from 'node:zlib'

export type MediaKind = 'video' | 'audio'

/** What every published frame says about itself. */
export type Mark = {
  readonly kind: MediaKind
  /** Which of the generator's streams the frame was published on. */
  readonly stream: number
  /** Counts the frames of one kind on one stream from 0. */
  readonly sequence: number
  /** CLOCK_MONOTONIC when the frame was handed to the socket. */
  readonly sentNs: number
  /** Bytes of filler that end the payload. */
  readonly fillerSize: number
  readonly fillerCrc: number
}

/** Bytes a mark takes. */
export const MARK_SIZE = 51
const MAGIC = Buffer.from('SlMk')
/** A server may put an access unit delimiter or the like before the mark, but not more than this. */
const SEARCH_SIZE = 160

/** Nanoseconds of CLOCK_MONOTONIC: the same clock in every process of the machine. */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint())
}

/**
 * Write `mark` at the start of `target`, as text, so that it never holds a byte an H.264 escape would change.
 *
 *     "SlMk" | V or A | stream, 8 hex | sequence, 8 hex | sent, 14 hex | filler size, 8 hex | filler crc, 8 hex
 */
export function encodeMark(mark: Mark, target: Buffer): void {
  const text =
    (mark.kind === 'video' ? 'V' : 'A') +
    hex(mark.stream, 8) +
    hex(mark.sequence, 8) +
    hex(mark.sentNs, 14) +
    hex(mark.fillerSize, 8) +
    hex(mark.fillerCrc, 8)
  MAGIC.copy(target)
  target.write(text, MAGIC.length, 'latin1')
}

/** Find and decode the mark of a frame's payload, or return `undefined` if it has none that can be read. */
export function decodeMark(payload: Buffer): Mark | undefined {
  const start = payload.subarray(0, SEARCH_SIZE).indexOf(MAGIC)
  if (start < 0 || start + MARK_SIZE > payload.length) return undefined
  const text = payload.toString('latin1', start + MAGIC.length, start + MARK_SIZE)
  if (!/^[VA][0-9a-f]{46}$/.test(text)) return undefined
  return {
    kind: text[0] === 'V' ? 'video' : 'audio',
    stream: Number.parseInt(text.slice(1, 9), 16),
    sequence: Number.parseInt(text.slice(9, 17), 16),
    sentNs: Number.parseInt(text.slice(17, 31), 16),
    fillerSize: Number.parseInt(text.slice(31, 39), 16),
    fillerCrc: Number.parseInt(text.slice(39, 47), 16),
  }
}

/** True if the filler that ends `payload` is the one that was published. */
export function isIntact(mark: Mark, payload: Buffer): boolean {
  if (mark.fillerSize > payload.length) return false
  return crc32(payload.subarray(payload.length - mark.fillerSize)) === mark.fillerCrc
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
