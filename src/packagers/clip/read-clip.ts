import type { StreamArchive } from '../../contracts/segments.ts'
import { FileError } from '../../core/errors.ts'
import type { ByteRange } from '../byte-range.ts'
import type { Clip, ClipPiece } from './clip.ts'

/**
 * The bytes of a clip, segment by segment, as they are asked for.
 *
 * @param onPiece Called before each piece.
 * @throws {FileError} If a segment is there no more: better a broken transfer than a file with a hole.
 */
export async function* readClip(
  archive: StreamArchive,
  { head, pieces }: Clip,
  { start, end }: ByteRange,
  onPiece: () => Promise<void> = async () => undefined,
): AsyncGenerator<Uint8Array> {
  if (start < head.length) yield head.subarray(start, Math.min(end, head.length))
  for (const piece of pieces) {
    if (piece.at + piece.size <= start) continue
    if (piece.at >= end) return
    await onPiece()
    const bytes = await readPiece(archive, piece)
    yield bytes.subarray(Math.max(0, start - piece.at), Math.min(piece.size, end - piece.at))
  }
}

async function readPiece(archive: StreamArchive, { rendition, number, size, parts }: ClipPiece): Promise<Uint8Array> {
  const segment = await archive.read(rendition, { number })
  const [first] = parts
  const cut = parts.map(({ start, end }) => segment?.subarray(start, end) ?? new Uint8Array(0))
  const bytes = parts.length === 1 && first !== undefined ? cut[0] : Buffer.concat(cut)
  if (bytes?.length === size) return bytes
  throw new FileError(`Cannot read segment ${number} of ${archive.stream}: it is there no more`)
}
