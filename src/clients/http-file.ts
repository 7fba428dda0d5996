import { ConnectionError, FileError } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'
import type { FetchedFile, FileFetcher } from './file-fetcher.ts'

/** Some servers take a part of one byte for none. */
const firstPart: Bytes = 16

/** A file of a web server as it was when it was opened, of which parts are read. One that is put in its place is another. */
export class HttpFile {
  /** Without path, query and credentials. */
  readonly name: string
  readonly size: Bytes
  readonly #url: URL
  readonly #fetcher: FileFetcher
  readonly #tag: string

  private constructor(fetcher: FileFetcher, url: URL, size: Bytes, first: FetchedFile) {
    this.#fetcher = fetcher
    this.#url = url
    this.name = `${url.protocol}//${url.host}/…`
    this.size = size
    this.#tag = tagOf(first)
  }

  /**
   * @throws {RefusedError} Also if the server sends no parts of files.
   * @throws {ConnectionError}
   * @throws {FileError} If the server does not tell how large it is.
   * @see RFC 9110 §14.4 (Content-Range)
   */
  static async open(fetcher: FileFetcher, url: URL): Promise<HttpFile> {
    const first = await fetcher.get(url, { offset: 0, length: firstPart })
    const size = /^bytes 0-\d+\/(\d+)$/.exec(first.headers['content-range'] ?? '')?.[1]
    if (size !== undefined) return new HttpFile(fetcher, url, Number(size), first)
    throw new FileError(`Cannot read ${url.protocol}//${url.host}/…: the server must tell how large it is`)
  }

  /** From `start` up to, and without, `end`, which lie within it. @throws {RefusedError} @throws {ConnectionError} */
  async read(start: Bytes, end: Bytes): Promise<Uint8Array> {
    const part = await this.#fetcher.get(this.#url, { offset: start, length: end - start })
    if (tagOf(part) === this.#tag) return part.bytes
    throw new ConnectionError(`Cannot read ${this.name}: the file was replaced while it was read`)
  }
}

/** Another one for another file, where the server tells. Source: RFC 9110 §8.8. */
function tagOf({ headers }: FetchedFile): string {
  return headers.etag ?? headers['last-modified'] ?? ''
}
