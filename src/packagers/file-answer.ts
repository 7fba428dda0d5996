import type { HttpAnswer } from '../contracts/http-routes.ts'
import type { Bytes } from '../core/units.ts'
import type { ByteRange } from './byte-range.ts'
import type { SegmentFile } from './file-name.ts'

/** A name is never used again for other bytes. Not `public`, so that caches keep what credentials have opened to themselves. */
const forever = 'max-age=31536000, immutable'

/** All of a file that is there, or a range of it. */
export function fileAnswer(file: SegmentFile, bytes: Uint8Array, range?: ByteRange): HttpAnswer {
  const body = range === undefined ? bytes : bytes.subarray(range.start, range.end)
  return { ...fileHead(file, bytes.length, range), body }
}

/** Answers with files that are there: one for all who ask for the same bytes, as long as there are those. */
export class FileAnswers {
  readonly #made = new WeakMap<Uint8Array, HttpAnswer>()

  /** @param bytes Never changed. */
  of(file: SegmentFile, bytes: Uint8Array): HttpAnswer {
    const known = this.#made.get(bytes)
    if (known !== undefined) return known
    const answer = { ...fileAnswer(file, bytes), isShared: true }
    this.#made.set(bytes, answer)
    return answer
  }
}

/** Its head. */
export function fileHead(file: SegmentFile, size: Bytes, range?: ByteRange): Omit<HttpAnswer, 'body'> {
  const headers = [...fileHeaders(file), 'Accept-Ranges', 'bytes']
  if (range === undefined) return { status: 200, headers }
  const { start, end } = range
  return { status: 206, headers: [...headers, 'Content-Range', `bytes ${start}-${end - 1}/${size}`] }
}

/** What is said of a file, whether it is complete or not. */
export function fileHeaders({ rendition }: SegmentFile): readonly string[] {
  return ['Cache-Control', forever, 'Content-Type', mediaTypeOf(rendition)]
}

function mediaTypeOf(rendition: string): string {
  return rendition === 'ts' ? 'video/mp2t' : `${rendition.startsWith('audio') ? 'audio' : 'video'}/mp4`
}
