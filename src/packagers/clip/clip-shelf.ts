import type { Bytes } from '../../core/units.ts'
import type { Clip } from './clip.ts'

/** Of what stands in front of the media. */
const mostBytes: Bytes = 64 * 1024 * 1024

/** Clips that were asked for lately, so that players which fetch a file in ranges do not have it put together each time. */
export class ClipShelf {
  /** What was asked for last comes last. */
  readonly #clips = new Map<string, Clip>()
  #bytes: Bytes = 0

  find(key: string): Clip | undefined {
    const clip = this.#clips.get(key)
    if (clip === undefined) return undefined
    this.#clips.delete(key)
    this.#clips.set(key, clip)
    return clip
  }

  put(key: string, clip: Clip): void {
    this.#remove(key)
    this.#clips.set(key, clip)
    this.#bytes += sizeOf(clip)
    for (const oldest of this.#clips.keys()) {
      if (this.#bytes <= mostBytes) return
      this.#remove(oldest)
    }
  }

  #remove(key: string): void {
    const clip = this.#clips.get(key)
    if (clip === undefined) return
    this.#bytes -= sizeOf(clip)
    this.#clips.delete(key)
  }
}

/** Of a piece: what its objects take. */
const pieceSize: Bytes = 200

function sizeOf({ head, pieces }: Clip): Bytes {
  return head.length + pieces.length * pieceSize
}
