import type { ArchivedSegment } from '../../../contracts/segments.ts'
import type { Bytes } from '../../../core/units.ts'

/**
 * Segments of one rendition that are one object in a bucket: their initialisation segment, and then one behind the other.
 * Each such object is an MP4 file.
 */
export type StoredObject = {
  readonly rendition: string
  /** Number of its first and of its last segment. */
  readonly first: number
  readonly last: number
  /** Size of the initialisation segment. */
  readonly headSize: Bytes
}

/** A piece of an object: from `start` up to, and without, `end`. */
export type StoredPiece = { readonly object: StoredObject; readonly start: Bytes; readonly end: Bytes }

/** Name of an object in the folder of its hour: `video-1795251600.mp4`. */
export function objectName({ rendition, first }: Pick<StoredObject, 'rendition' | 'first'>): string {
  return `${rendition}-${first}.mp4`
}

/** Which segments are in objects. */
export class StoredObjects {
  /** By rendition, ascending. */
  readonly #byRendition = new Map<string, StoredObject[]>()

  constructor(objects: readonly StoredObject[] = []) {
    for (const object of objects) this.add(object)
  }

  /** Behind all others of its rendition. */
  add(object: StoredObject): void {
    const known = this.#byRendition.get(object.rendition)
    if (known === undefined) this.#byRendition.set(object.rendition, [object])
    else known.push(object)
  }

  get all(): readonly StoredObject[] {
    return [...this.#byRendition.values()].flat()
  }

  /** The object that has a segment. */
  find({ rendition, number }: Pick<ArchivedSegment, 'rendition' | 'number'>): StoredObject | undefined {
    const objects = this.#byRendition.get(rendition) ?? []
    let [low, high] = [0, objects.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((objects[middle]?.last ?? 0) < number) low = middle + 1
      else high = middle
    }
    const found = objects[low]
    return found !== undefined && found.first <= number ? found : undefined
  }
}

/** Where a segment is in its object. @param segments All that the object has, and perhaps others. */
export function pieceOf(
  object: StoredObject,
  segment: ArchivedSegment,
  segments: readonly ArchivedSegment[],
): StoredPiece {
  let start = object.headSize
  for (const { rendition, number, size } of segments) {
    if (rendition === object.rendition && number >= object.first && number < segment.number) start += size
  }
  return { object, start, end: start + segment.size }
}
