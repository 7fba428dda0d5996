import type { ObjectSource } from '../../../contracts/object-store.ts'
import type { ArchivedSegment } from '../../../contracts/segments.ts'
import type { Bytes } from '../../../core/units.ts'

/** A segment that was to be read is not on the disk any more. */
export class SegmentMissing extends Error {}

type Piece = { readonly start: Bytes; readonly end: Bytes; readonly read: () => Promise<Uint8Array> }

/** An initialisation segment and segments, one behind the other, read from the disk when they are needed. */
export class SegmentSource implements ObjectSource {
  readonly size: Bytes
  readonly #pieces: readonly Piece[]

  constructor(
    head: Uint8Array,
    segments: readonly ArchivedSegment[],
    read: (segment: ArchivedSegment) => Promise<Uint8Array | undefined>,
  ) {
    const pieces: Piece[] = [{ start: 0, end: head.length, read: async () => head }]
    for (const segment of segments) {
      const start = pieces.at(-1)?.end ?? 0
      pieces.push({ start, end: start + segment.size, read: async () => checked(segment, await read(segment)) })
    }
    this.size = pieces.at(-1)?.end ?? 0
    this.#pieces = pieces
  }

  readonly read = async (start: Bytes, end: Bytes): Promise<Uint8Array> => {
    const bytes = new Uint8Array(end - start)
    for (const piece of this.#pieces) {
      if (piece.end <= start || piece.start >= end) continue
      const from = Math.max(0, start - piece.start)
      const part = (await piece.read()).subarray(from, end - piece.start)
      bytes.set(part, piece.start + from - start)
    }
    return bytes
  }
}

function checked({ number, size }: ArchivedSegment, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes?.length === size) return bytes
  throw new SegmentMissing(`Cannot read segment ${number}: its file must have ${size} bytes, has ${bytes?.length ?? 0}`)
}
