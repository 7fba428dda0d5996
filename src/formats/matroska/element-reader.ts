import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { decodeElementId, type Element } from './decode-element.ts'
import { elementIds } from './element-ids.ts'
import { decodeVariableSize } from './variable-size-integer.ts'

/** Elements whose contents are elements for the reader of the file: they have no data, what is in them follows. */
const entered: ReadonlySet<number> = new Set([elementIds.Segment, elementIds.Cluster])
/** Elements that say something to us. All others are passed over: Void, CRC-32, Cues, Tags, Attachments. */
const kept: ReadonlySet<number> = new Set([
  ...[elementIds.EBML, elementIds.Info, elementIds.Tracks],
  ...[elementIds.Timestamp, elementIds.SimpleBlock, elementIds.BlockGroup],
])

/** What one element may be long, if it is kept: the longest frame. */
const maxElementSize: Bytes = 32 * 1024 * 1024
/** What one element may be long that is passed over: attachments. */
const maxSkippedSize: Bytes = 1024 * 1024 * 1024
/** ID and size. */
const maxHeadSize: Bytes = 12
/** As much is reserved at once for an element that says it is longer. */
const firstReserve: Bytes = 1024 * 1024

const nothing = new Uint8Array(0)

/** Where a reader that has lost its place can go on. */
const landmarks: ReadonlySet<number> = new Set([elementIds.Cluster, elementIds.EBML])
const landmarkSize: Bytes = 4

type Part =
  | { readonly name: 'head' }
  | { readonly name: 'lost' }
  | { readonly name: 'data'; readonly id: number; readonly size: Bytes }
  | { readonly name: 'skipped' }

/**
 * Takes a Matroska file or stream apart into the elements that matter, in pieces of any size. Each byte of these is
 * copied once, into its element's data.
 *
 * Levels are not kept: the elements that matter have IDs of their own on every level, and which one ends a Cluster of
 * unknown size is told by its ID just as for one whose size is told. So nothing nests, whatever the sizes say.
 *
 * @see RFC 8794 §3, §6.2 (unknown size), RFC 9559 §5.1
 */
export class ElementReader {
  #part: Part = { name: 'head' }
  /** The head, or the data, that is being filled. */
  #bytes = new Uint8Array(maxHeadSize)
  #filled: Bytes = 0
  #toSkip: Bytes = 0
  #isOpened = false
  /** The last bytes of what is looked through for a landmark. */
  #lastBytes = 0
  #skippedBytes: Bytes = 0

  /** Bytes that were passed over since something was lost. */
  get skippedBytes(): Bytes {
    return this.#skippedBytes
  }

  /** Bytes of the element that has begun and not ended. At the end of a file: how much of it is torn off. */
  get pendingBytes(): Bytes {
    return this.#filled
  }

  /**
   * Bytes are missing before the next piece. What has begun is given up, and what follows is passed over up to the next
   * Cluster or document.
   */
  lost(): void {
    this.#skippedBytes += this.#filled
    this.#lastBytes = 0
    this.#endPart()
    this.#part = { name: 'lost' }
  }

  /**
   * Take in the next piece of the file. Borrows `piece`.
   *
   * @returns The elements that are complete with it. They own their data; Segment and Cluster have none.
   * @throws {ProtocolError} If it is no EBML, or an element is longer than allowed.
   */
  push(piece: Uint8Array): Element[] {
    const elements: Element[] = []
    let rest = piece
    while (rest.length > 0) {
      switch (this.#part.name) {
        case 'head':
          rest = this.#readHead(rest, elements)
          break
        case 'data':
          rest = this.#fill(rest, this.#part.id, this.#part.size, elements)
          break
        case 'skipped':
          rest = this.#skip(rest)
          break
        case 'lost':
          rest = this.#findLandmark(rest)
          break
      }
    }
    return elements
  }

  #readHead(piece: Uint8Array, elements: Element[]): Uint8Array {
    const known = this.#filled
    const taken = piece.subarray(0, maxHeadSize - known)
    this.#bytes.set(taken, known)
    this.#filled += taken.length
    const bytes = this.#bytes.subarray(0, this.#filled)
    const id = decodeElementId(bytes)
    const size = id && decodeVariableSize(bytes, id.length)
    if (id === undefined || size === undefined) return piece.subarray(taken.length)
    this.#begin(id.id, size.value, elements)
    return piece.subarray(id.length + size.length - known)
  }

  #begin(id: number, size: Bytes | undefined, elements: Element[]): void {
    if (!this.#isOpened && id !== elementIds.EBML) throw fault('malformed', id, 'a file begins with an EBML header')
    this.#isOpened = true
    this.#filled = 0
    if (entered.has(id)) {
      elements.push({ id, data: nothing })
      return
    }
    if (size === undefined) throw fault('malformed', id, 'only Segment and Cluster may be of unknown size')
    const isKept = kept.has(id)
    const most = isKept ? maxElementSize : maxSkippedSize
    if (size > most) throw fault('limit', id, `it has ${most} bytes at most, is ${size}`)
    if (!isKept) {
      this.#toSkip = size
      this.#part = { name: 'skipped' }
    } else {
      this.#bytes = new Uint8Array(Math.min(size, firstReserve))
      this.#part = { name: 'data', id, size }
    }
    if (size > 0) return
    if (isKept) elements.push({ id, data: nothing })
    this.#endPart()
  }

  #fill(piece: Uint8Array, id: number, size: Bytes, elements: Element[]): Uint8Array {
    const taken = piece.subarray(0, size - this.#filled)
    this.#reserve(this.#filled + taken.length, size)
    this.#bytes.set(taken, this.#filled)
    this.#filled += taken.length
    if (this.#filled === size) {
      elements.push({ id, data: this.#bytes })
      this.#endPart()
    }
    return piece.subarray(taken.length)
  }

  /** What an element says of its size costs nothing until as much has come. */
  #reserve(needed: Bytes, size: Bytes): void {
    if (needed <= this.#bytes.length) return
    const bytes = new Uint8Array(Math.min(size, Math.max(needed, 2 * this.#bytes.length)))
    bytes.set(this.#bytes.subarray(0, this.#filled))
    this.#bytes = bytes
  }

  #skip(piece: Uint8Array): Uint8Array {
    const skipped = Math.min(this.#toSkip, piece.length)
    this.#toSkip -= skipped
    if (this.#toSkip === 0) this.#part = { name: 'head' }
    return piece.subarray(skipped)
  }

  /** Landmarks begin with IDs of four bytes, which frames have by chance once in 2 GB. */
  #findLandmark(piece: Uint8Array): Uint8Array {
    for (let at = 0; at < piece.length; at++) {
      this.#lastBytes = ((this.#lastBytes << 8) | (piece[at] as number)) >>> 0
      if (!landmarks.has(this.#lastBytes)) continue
      this.#skippedBytes += at + 1 - landmarkSize
      this.#part = { name: 'head' }
      new DataView(this.#bytes.buffer).setUint32(0, this.#lastBytes)
      this.#filled = landmarkSize
      return piece.subarray(at + 1)
    }
    this.#skippedBytes += piece.length
    return nothing
  }

  #endPart(): void {
    this.#bytes = new Uint8Array(maxHeadSize)
    this.#filled = 0
    this.#toSkip = 0
    this.#part = { name: 'head' }
  }
}

function fault(kind: 'malformed' | 'limit', id: number, rule: string): ProtocolError {
  return new ProtocolError('matroska', kind, `Cannot read Matroska element 0x${id.toString(16)}: ${rule}`)
}
