import type { StreamArchive } from '../contracts/segments.ts'
import { ProtocolError } from '../core/errors.ts'
import { Mp4Reader } from '../formats/fmp4/mp4-reader.ts'
import type { Track } from '../media/track.ts'
import type { RenditionHead } from './rendition-head.ts'

/** Periods of which it is remembered what their initialisation segments say. */
const mostKept = 2000

/** What the initialisation segments of an archive say. They never change. */
export class ArchiveHeads {
  readonly #heads = new Map<string, RenditionHead>()

  /** `undefined` if it is not there, or cannot be read. */
  async of(archive: StreamArchive, rendition: string, period: number): Promise<RenditionHead | undefined> {
    const key = `${archive.stream} ${rendition} ${period}`
    const known = this.#heads.get(key)
    if (known !== undefined) return known
    const init = await archive.readInit(rendition, period)
    if (init === undefined) return undefined
    const head = { tracks: await tracksOf(init, rendition), init }
    const [oldest] = this.#heads.keys()
    if (this.#heads.size >= mostKept && oldest !== undefined) this.#heads.delete(oldest)
    this.#heads.set(key, head)
    return head
  }
}

/** With the index that its name says: in its file, a track is the only one of its kind. */
async function tracksOf(init: Uint8Array, rendition: string): Promise<readonly Track[]> {
  const [, number = '1'] = rendition.split('-')
  try {
    const read = async (at: number, size: number): Promise<Uint8Array> => init.slice(at, at + size)
    const { tracks } = await Mp4Reader.open({ size: init.length, read })
    return tracks.map(track => ({ ...track, index: Number(number) - 1 }))
  } catch (error) {
    if (error instanceof ProtocolError) return []
    throw error
  }
}
