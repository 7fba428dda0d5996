import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'
import type { HttpAnswer } from '../contracts/http-routes.ts'

/** How the text of a manifest may be compressed. */
export type ContentCoding = 'br' | 'gzip'

type Answered = {
  readonly coding: ContentCoding | undefined
  /** Seconds for which a cache may keep it. */
  readonly maxAge: number
  readonly answer: HttpAnswer
}

/** Stands in the text of a manifest where the credentials of its viewer follow a file name. */
export const credentialsPlace = '?{credentials}'

// The default costs fifty times as much for a few bytes less.
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

const compress: Readonly<Record<ContentCoding, (text: Buffer) => Buffer>> = {
  br: text => brotliCompressSync(text, brotliOptions),
  gzip: text => gzipSync(text),
}

const [brotliAside, gzipAside] = [promisify(brotliCompress), promisify(gzip)]

/** The same on another thread. */
const compressAside: Readonly<Record<ContentCoding, (text: Buffer) => Promise<Buffer>>> = {
  br: text => brotliAside(text, brotliOptions),
  gzip: text => gzipAside(text),
}

/**
 * A playlist or an MPD, made once for all who ask for the same: nothing but the credentials in its URLs differs between
 * viewers, and it is compressed when the first one asks for that.
 */
export class Manifest {
  /** Weak, because the codings share it. Source: RFC 9110 §8.8.3. */
  readonly etag: string
  readonly #pieces: readonly string[]
  readonly #plain: string
  readonly #encoded = new Map<ContentCoding | undefined, Buffer>()
  readonly #coming = new Map<ContentCoding, Promise<void>>()
  readonly #answers: Answered[] = []

  /** @param text With `credentialsPlace` wherever credentials belong. */
  constructor(text: string) {
    this.#pieces = text.split(credentialsPlace)
    this.#plain = this.#pieces.join('')
    this.etag = `W/"${createHash('sha1').update(this.#plain).digest('base64url')}"`
  }

  /**
   * As a text, which goes out in one write with the head of the answer.
   *
   * @param suffix What follows each file name; empty without credentials.
   */
  text(suffix: string): string {
    return suffix === '' ? this.#plain : this.#pieces.join(suffix)
  }

  /** Without credentials; as it is without a coding. */
  encoded(coding: ContentCoding | undefined): Buffer {
    const known = this.#encoded.get(coding)
    if (known !== undefined) return known
    const plain = Buffer.from(this.#plain)
    const bytes = coding === undefined ? plain : compress[coding](plain)
    this.#encoded.set(coding, bytes)
    return bytes
  }

  /** Compress it on another thread, for lists that take long: all who want the same wait for one. */
  async prepare(coding: ContentCoding | undefined): Promise<void> {
    if (coding === undefined || this.#encoded.has(coding)) return
    const known = this.#coming.get(coding)
    if (known !== undefined) return known
    const coming = compressAside[coding](Buffer.from(this.#plain)).then(bytes => void this.#encoded.set(coding, bytes))
    this.#coming.set(coding, coming)
    await coming.finally(() => this.#coming.delete(coding))
  }

  /** What all are answered who ask for the same. There are a few such answers. */
  answerOnce(coding: ContentCoding | undefined, maxAge: number, make: () => HttpAnswer): HttpAnswer {
    for (const known of this.#answers) if (known.coding === coding && known.maxAge === maxAge) return known.answer
    const answer = make()
    this.#answers.push({ coding, maxAge, answer })
    return answer
  }
}
